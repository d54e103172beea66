using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Cli.Options;

/// <summary>How words are learned, and how many previews show what they draw.</summary>
sealed class LearningOptions
{
    const int MostPasses = 100_000, MostSplitTokens = 20, MostPreviews = 100, LargestBatch = 64;
    const double LowestRate = 1e-6, HighestRate = 10;

    readonly Option<int?> steps = OptionKinds.Whole("--steps", 1, MostPasses, "Passes over all prompts (default 500 in paper, 30 in express).");
    readonly Option<int?> mergeStep = OptionKinds.Whole("--merge-step", 0, MostPasses,
        "The pass before which a concept's tokens are merged into one (default: the preset's share of --steps).");
    readonly Option<int?> splitTokens = OptionKinds.Whole("--split-tokens", 1, MostSplitTokens, "Tokens per concept before the merge.");
    readonly Option<double?> learningRate = OptionKinds.Real("--learning-rate", LowestRate, HighestRate,
        "Learning rate, in units of the median length of the checkpoint's word embeddings (default 0.01 in express; paper has 0.0005 in absolute units).");
    readonly Option<int?> batchSize = OptionKinds.Whole("--batch-size", 1, LargestBatch, "Noised pictures per optimizer step (default 1 in paper, 4 in express).");
    readonly Option<int?> previews = OptionKinds.Whole("--previews", 0, MostPreviews, "Pictures to draw of each concept afterwards (default 1).");

    public void AddTo(Command command)
    {
        AddScheduleTo(command);
        command.Options.Add(previews);
    }

    /// <summary>Gives a command that draws no previews the others of these options.</summary>
    public void AddScheduleTo(Command command)
    {
        foreach (var option in new Option[] { steps, mergeStep, splitTokens, learningRate, batchSize }) command.Options.Add(option);
    }

    /// <summary>Settings with what the command line says of learning. The merge keeps its share of the passes unless it is given.</summary>
    /// <exception cref="UsageException">The merge would come after the last pass.</exception>
    public ExtractionSettings Settings(ParseResult parse, ExtractionSettings preset)
    {
        var passes = parse.GetValue(steps) ?? preset.Passes;
        var merge = parse.GetValue(mergeStep) ?? (int)Math.Round((double)preset.MergePass * passes / preset.Passes);
        if (merge > passes) throw new UsageException($"--merge-step {merge} comes after the last of {passes} passes; give it at most --steps.");
        var rate = parse.GetValue(learningRate);
        return preset with
        {
            Passes = passes, MergePass = merge, SplitTokens = parse.GetValue(splitTokens) ?? preset.SplitTokens, BatchSize = parse.GetValue(batchSize) ?? preset.BatchSize,
            LearningRate = rate ?? preset.LearningRate, RelativeLearningRate = rate is not null || preset.RelativeLearningRate,
        };
    }

    /// <summary>As the preset's are drawn; null where none are wanted.</summary>
    public PreviewSettings? Previews(ParseResult parse, Preset preset)
    {
        var settings = PreviewSettings.For(preset);
        return settings with { Count = parse.GetValue(previews) ?? settings.Count } is { Count: > 0 } wanted ? wanted : null;
    }
}
