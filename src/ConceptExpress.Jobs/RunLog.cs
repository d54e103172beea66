using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Passes a job's events on, times its phases and keeps its optimizer steps.</summary>
sealed class RunLog(IProgress<ProgressEvent> next) : IProgress<ProgressEvent>
{
    readonly PhaseClock clock = new();

    public StepLog Steps { get; private set; } = new();

    /// <summary>A phase begins that was reported already.</summary>
    public void Begin(string phase) => clock.Begin(phase);

    /// <summary>The steps that were done before the job was resumed come first.</summary>
    public void GoOnFrom(IReadOnlyList<LoggedStep> steps) => Steps = new StepLog(steps);

    public void Report(ProgressEvent value)
    {
        if (value is PhaseBegan phase) clock.Begin(phase.Phase);
        if (value is OptimizerStepDone step) Steps.Add(step);
        next.Report(value);
    }

    public RunRecord Record(MachineRecord machine) => new(Product.Version, machine, clock.Began, clock.Stop(), Machine.PeakMemoryBytes());
}
