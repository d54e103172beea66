using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Cli.Options;

/// <summary>How words are learned, and how many previews show what they draw.</summary>
sealed class LearningOptions
{
    readonly Option<int?> steps = OptionKinds.Whole("--steps", (LearningSettings settings) => settings.Passes,
        $"Passes over all prompts {OptionKinds.Default(settings => settings.Learning.Passes)}.");
    readonly Option<int?> mergeStep = OptionKinds.Whole("--merge-step", (LearningSettings settings) => settings.MergePass,
        "The pass before which a concept's tokens are merged into one (default: the preset's share of --steps).");
    readonly Option<int?> splitTokens = OptionKinds.Whole("--split-tokens", (LearningSettings settings) => settings.SplitTokens,
        $"Tokens per concept before the merge {OptionKinds.Default(settings => settings.Learning.SplitTokens)}.");
    readonly Option<int?> vectors = OptionKinds.Whole("--vectors", (LearningSettings settings) => settings.Vectors,
        $"Vectors of a word, each of which takes a text position {OptionKinds.Default(settings => settings.Learning.Vectors)}.");
    readonly Option<double?> learningRate = OptionKinds.Real("--learning-rate", (OptimizerSettings settings) => settings.LearningRate,
        "Learning rate, in units of the median length of the checkpoint's word embeddings (default 0.01 in express; paper has 0.0005 in absolute units).");
    readonly Option<int?> batchSize = OptionKinds.Whole("--batch-size", (LearningSettings settings) => settings.BatchSize,
        $"Noised pictures per optimizer step {OptionKinds.Default(settings => settings.Learning.BatchSize)}.");
    readonly Option<int?> previews = OptionKinds.Whole("--previews", (PreviewSettings settings) => settings.Count, "Pictures to draw of each concept afterwards (default 1).");

    public void AddTo(Command command)
    {
        AddScheduleTo(command);
        command.Options.Add(previews);
    }

    /// <summary>Gives a command that draws no previews the others of these options.</summary>
    public void AddScheduleTo(Command command)
    {
        foreach (var option in new Option[] { steps, mergeStep, splitTokens, vectors, learningRate, batchSize }) command.Options.Add(option);
    }

    /// <summary>Settings with what the command line says of learning. The merge keeps its share of the passes unless it is given.</summary>
    public ExtractionSettings Settings(ParseResult parse, ExtractionSettings settings)
    {
        var learning = parse.GetValue(steps) is { } passes ? settings.Learning.WithPasses(passes) : settings.Learning;
        var rate = parse.GetValue(learningRate);
        return settings with
        {
            Learning = learning with
            {
                MergePass = parse.GetValue(mergeStep) ?? learning.MergePass, SplitTokens = parse.GetValue(splitTokens) ?? learning.SplitTokens,
                Vectors = parse.GetValue(vectors) ?? learning.Vectors, BatchSize = parse.GetValue(batchSize) ?? learning.BatchSize,
                Optimizer = rate is null ? learning.Optimizer : learning.Optimizer with { LearningRate = rate.Value, RateUnit = RateUnit.RowLength },
            },
        };
    }

    /// <summary>As the preset's previews are drawn, and as many as are asked for.</summary>
    public PreviewSettings Previews(ParseResult parse, Preset preset)
    {
        var settings = PreviewSettings.For(preset);
        return settings with { Count = parse.GetValue(previews) ?? settings.Count };
    }
}
