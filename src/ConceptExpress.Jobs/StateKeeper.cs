using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Library.States;

namespace ConceptExpress.Jobs;

/// <summary>Passes a learning's events on, and saves what it has reached: every start, every so often a pass, and where a phase ends.</summary>
sealed class StateKeeper : IProgress<ProgressEvent>
{
    readonly StateFolder folder;
    readonly RunLog log;
    readonly TimeSpan every;
    readonly Action<LearningState> sample;
    readonly List<float[]> starts;
    readonly Stopwatch sinceSaved = Stopwatch.StartNew();
    LearningState? state;
    int saved; // steps

    /// <param name="folder">Where.</param>
    /// <param name="begun">What was reached before the job; null for nothing.</param>
    /// <param name="log">Receives the events, and keeps the steps.</param>
    /// <param name="every">How often, at most.</param>
    /// <param name="sample">Draws what a state means, where one is due.</param>
    public StateKeeper(StateFolder folder, UnfinishedExtraction? begun, RunLog log, TimeSpan every, Action<LearningState> sample)
    {
        (this.folder, this.log, this.every, this.sample) = (folder, log, every, sample);
        (starts, state, saved) = ([.. begun?.Learning.Starts ?? []], begun?.Learning.State, begun?.Steps.Count ?? 0);
        if (begun is not null) log.GoOnFrom(begun.Steps);
    }

    /// <summary>What was reached.</summary>
    public LearningCheckpoint Reached => new([.. starts], state);

    /// <summary>The samples that were drawn, as full paths in order.</summary>
    public IReadOnlyList<string> Samples => Directory.Exists(folder.Samples) ? [.. Directory.GetFiles(folder.Samples, "*.png").Order(StringComparer.Ordinal)] : [];

    public void Report(ProgressEvent value)
    {
        log.Report(value);
        switch (value)
        {
            case StartFound found:
                starts.Add(found.Start);
                folder.Save(starts);
                break;
            case PassDone done:
                var merged = done.State is MergedState && state is not MergedState; // no pass, but a phase ends
                // A sample that is interrupted is drawn again when the pass is done again.
                if (!merged) sample(done.State);
                state = done.State;
                if (merged || sinceSaved.Elapsed >= every) Save();
                break;
        }
    }

    /// <summary>Saves what was reached, if a pass was done since the last time.</summary>
    public void Save()
    {
        if (state is null) return;
        folder.Save(state, log.Steps.Lines.Skip(saved).Take(state.Step - saved));
        saved = state.Step;
        sinceSaved.Restart();
    }
}
