using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Forwards a job's events, measures the time of its phases, and keeps its optimizer steps.</summary>
sealed class RunLog(IProgress<ProgressEvent> next) : IProgress<ProgressEvent>
{
    readonly PhaseClock clock = new();

    /// <summary>The optimizer steps so far.</summary>
    public StepLog Steps { get; private set; } = new();

    /// <summary>Starts the time of a phase that is reported elsewhere.</summary>
    public void Begin(string phase) => clock.Begin(phase);

    /// <summary>Starts the log with the steps that were done before the job was resumed.</summary>
    public void GoOnFrom(IReadOnlyList<LoggedStep> steps) => Steps = new StepLog(steps);

    public void Report(ProgressEvent value)
    {
        if (value is PhaseBegan phase) clock.Begin(phase.Phase);
        if (value is OptimizerStepDone step) Steps.Add(step);
        if (value is PassDone pass) Steps.EndPass(pass.State);
        next.Report(value);
    }

    /// <summary>Stops the clock, and returns the record of the run for <c>run.json</c>.</summary>
    public RunRecord Record(MachineRecord machine) => new(Product.Version, machine, clock.Began, clock.Stop(), Machine.PeakMemoryBytes());
}
