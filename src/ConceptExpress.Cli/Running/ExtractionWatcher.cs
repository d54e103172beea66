using System.Globalization;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Cli.Running;

/// <summary>Shows an extraction's events, times its phases and keeps its steps.</summary>
sealed class ExtractionWatcher(ProgressDisplay display, PhaseClock clock) : IProgress<ExtractionEvent>
{
    const double Memory = 0.95; // of the running loss, which a single step's noise would hide

    LossValues? running;

    public StepLog Steps { get; } = new();

    public void Report(ExtractionEvent value)
    {
        switch (value)
        {
            case PhaseStarted started:
                clock.Begin(Key(started.Phase));
                if (started.Iterations > 0) display.Begin(Words(started.Phase), started.Iterations);
                break;
            case LocatingPassDone or WordTried:
                display.Advance();
                break;
            case OptimizerStepDone step:
                Steps.Add(step);
                running = running is { } before ? Blend(before, step.Losses) : step.Losses;
                display.Advance(Describe(running.Value));
                break;
        }
    }

    static string Key(ExtractionPhase phase) => phase switch
    {
        ExtractionPhase.Locating => "locate",
        ExtractionPhase.SearchingWords => "searchWords",
        ExtractionPhase.LearningSplitTokens => "learnSplit",
        _ => "learnMerged",
    };

    static string Words(ExtractionPhase phase) => phase switch
    {
        ExtractionPhase.Locating => "Locating concepts",
        ExtractionPhase.SearchingWords => "Searching words to start from",
        ExtractionPhase.LearningSplitTokens => "Learning split tokens",
        _ => "Learning merged tokens",
    };

    static LossValues Blend(LossValues before, LossValues now) => new(
        Blend(before.Denoising, now.Denoising), Blend(before.Alignment, now.Alignment), Blend(before.Contrast, now.Contrast), Blend(before.Total, now.Total));

    static double Blend(double before, double now) => Memory * before + (1 - Memory) * now;

    static string Describe(LossValues losses) => string.Create(CultureInfo.InvariantCulture,
        $"loss {losses.Total:0.0000} (denoising {losses.Denoising:0.0000}, alignment {losses.Alignment:G3}, contrast {losses.Contrast:0.000})");
}
