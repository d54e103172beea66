using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.States;

namespace ConceptExpress.Jobs;

/// <summary>
/// Forwards the events of learning, and saves its progress: every start vector, the state at regular intervals, and the state at the end of
/// a phase. Writes the steps and samples for TensorBoard as they come, so that they can be watched.
/// </summary>
sealed class StateKeeper : IProgress<ProgressEvent>, IDisposable
{
    readonly StateFolder folder;
    readonly RunLog log;
    readonly TimeSpan every;
    readonly Func<LearningState, string?> sample;
    readonly LearningEvents board;
    readonly List<float[]> starts;
    readonly Stopwatch sinceSaved = Stopwatch.StartNew();
    LearningState? state;
    int saved; // number of optimizer steps

    /// <param name="folder">The folder for saved states.</param>
    /// <param name="begun">The progress before this job; null for a new extraction.</param>
    /// <param name="log">Receives the events, and keeps the steps.</param>
    /// <param name="every">Minimum time between two saved states within a phase.</param>
    /// <param name="settings">The settings of the learning.</param>
    /// <param name="sample">Draws a sample of a state, if one is due, and returns its path; null if none is.</param>
    public StateKeeper(StateFolder folder, UnfinishedExtraction? begun, RunLog log, TimeSpan every, ExtractionSettings settings,
        Func<LearningState, string?> sample)
    {
        (this.folder, this.log, this.every, this.sample) = (folder, log, every, sample);
        (starts, state, saved) = ([.. begun?.Learning.Starts ?? []], begun?.Learning.State, begun?.Steps.Count ?? 0);
        if (begun is not null) log.GoOnFrom(begun.Steps);
        board = new LearningEvents(folder.Board, saved, settings);
    }

    /// <summary>The progress so far.</summary>
    public LearningProgress Reached => new([.. starts], state);

    /// <summary>Paths of the samples drawn so far, in order.</summary>
    public IReadOnlyList<string> Samples =>
        Directory.Exists(folder.Samples) ? [.. Directory.GetFiles(folder.Samples, "*.png").Order(StringComparer.Ordinal)] : [];

    public void Report(ProgressEvent value)
    {
        log.Report(value);
        switch (value)
        {
            case OptimizerStepDone:
                board.Add(log.Steps.Lines[^1]);
                break;
            case StartFound found:
                starts.Add(found.Start);
                folder.Save(starts);
                break;
            case PassDone done:
                var merged = done.State is MergedState && state is not MergedState; // a phase ended, not a pass
                // Drawn before the state is kept: if it is interrupted, a resumed job repeats the pass and draws it again.
                if (!merged) Show(sample(done.State));
                state = done.State;
                if (merged || sinceSaved.Elapsed >= every) Save();
                break;
        }
    }

    void Show(string? drawn)
    {
        var last = log.Steps.Lines[^1];
        board.AddLengths(last);
        if (drawn is not null) board.AddPicture(ResultNames.Samples, drawn, DateTimeOffset.UtcNow, last.Step.Step);
    }

    /// <summary>Closes the events of TensorBoard.</summary>
    public void Dispose() => board.Dispose();

    /// <summary>Saves the state and the steps since the last save. Does nothing if no pass is done yet.</summary>
    public void Save()
    {
        if (state is null) return;
        folder.Save(state, log.Steps.Lines.Skip(saved).Take(state.Step - saved));
        saved = state.Step;
        sinceSaved.Restart();
    }
}
