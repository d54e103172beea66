using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of learning, and the number of previews.</summary>
sealed class LearningOptions
{
    readonly Option<int?> steps = OptionKinds.Whole("--steps", (LearningSettings settings) => settings.Passes,
        $"Passes over all prompts {OptionKinds.Default(settings => settings.Learning.Passes)}.");
    readonly Option<int?> mergeStep = OptionKinds.Whole("--merge-step", (LearningSettings settings) => settings.MergePass,
        "Number of passes before a concept's tokens are merged into one (default: the preset's share of --steps).");
    readonly Option<int?> splitTokens = OptionKinds.Whole("--split-tokens", (LearningSettings settings) => settings.SplitTokens,
        $"Tokens per concept before the merge {OptionKinds.Default(settings => settings.Learning.SplitTokens)}.");
    readonly Option<int?> vectors = OptionKinds.Whole("--vectors", (LearningSettings settings) => settings.Vectors,
        $"Vectors per word; each takes one text position {OptionKinds.Default(settings => settings.Learning.Vectors)}.");
    readonly Option<double?> learningRate = OptionKinds.Real("--learning-rate", (OptimizerSettings settings) => settings.LearningRate,
        "Learning rate, in units of the median length of the checkpoint's token embeddings (default 0.01 in express; paper has 0.0005 in "
            + "absolute units).");
    readonly Option<int?> batchSize = OptionKinds.Whole("--batch-size", (LearningSettings settings) => settings.BatchSize,
        $"Noised pictures per optimizer step {OptionKinds.Default(settings => settings.Learning.BatchSize)}.");
    readonly Option<bool> lowMemory = new("--low-memory")
    {
        Description = "Compute the noised pictures of an optimizer step one after the other: less memory, the same words up to rounding.",
    };
    readonly Option<int?> previews = OptionKinds.Whole("--previews", (PreviewSettings settings) => settings.Count,
        "Number of previews to draw of each concept afterwards (default 1).");

    public void AddTo(Command command)
    {
        AddScheduleTo(command);
        command.Options.Add(previews);
    }

    /// <summary>Adds all options but <c>--previews</c>, for a command that draws none.</summary>
    public void AddScheduleTo(Command command)
    {
        foreach (var option in new Option[] { steps, mergeStep, splitTokens, vectors, learningRate, batchSize, lowMemory })
            command.Options.Add(option);
    }

    /// <summary>
    /// <paramref name="settings"/> with the options that are given. If the number of passes is given but not the merge, the merge keeps its
    /// share of the passes. A given learning rate is in units of <see cref="RateUnit.RowLength"/>.
    /// </summary>
    public ExtractionSettings Settings(ParseResult parse, ExtractionSettings settings)
    {
        var learning = parse.GetValue(steps) is { } passes ? settings.Learning.WithPasses(passes) : settings.Learning;
        var rate = parse.GetValue(learningRate);
        return settings with
        {
            Learning = learning with
            {
                MergePass = parse.GetValue(mergeStep) ?? learning.MergePass,
                SplitTokens = parse.GetValue(splitTokens) ?? learning.SplitTokens,
                Vectors = parse.GetValue(vectors) ?? learning.Vectors,
                BatchSize = parse.GetValue(batchSize) ?? learning.BatchSize,
                AtOnce = parse.GetValue(lowMemory) ? 1 : learning.AtOnce,
                Optimizer = rate is null
                    ? learning.Optimizer
                    : learning.Optimizer with { LearningRate = rate.Value, RateUnit = RateUnit.RowLength },
            },
        };
    }

    /// <summary>The preset's preview settings, with the given number of previews.</summary>
    public PreviewSettings Previews(ParseResult parse, Preset preset)
    {
        var settings = PreviewSettings.For(preset);
        return settings with { Count = parse.GetValue(previews) ?? settings.Count };
    }
}
