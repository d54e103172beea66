using ConceptExpress.Diffusion;

namespace ConceptExpress.Cli.Progress;

/// <summary>Shows the progress of a job, phase by phase, with the number of finished steps.</summary>
abstract class ProgressDisplay : IProgress<ProgressEvent>
{
    /// <summary>Runs the work on the calling thread while the display is shown.</summary>
    public virtual void Run(Action work) => work();

    public void Report(ProgressEvent value)
    {
        switch (value)
        {
            case PhaseBegan { Steps: not 0 } phase:
                Begin(char.ToUpperInvariant(phase.Phase[0]) + phase.Phase[1..], phase.Steps ?? 0, phase.Unit); break;
            case Advanced advanced: Advance(advanced.Detail); break;
            case Warned warned: Say($"warning: {warned.Text}"); break;
            case Noted noted: Say(noted.Text); break;
        }
    }

    /// <summary>Called when a phase begins.</summary>
    /// <param name="phase">Name of the phase, capitalized.</param>
    /// <param name="steps">Number of steps; 0 if it is unknown.</param>
    /// <param name="unit">Abbreviation of a step.</param>
    protected abstract void Begin(string phase, int steps, string unit);

    /// <summary>Called when a step of the phase is done.</summary>
    /// <param name="detail">A short text to show beside the progress; may be empty.</param>
    protected abstract void Advance(string detail);

    /// <summary>Writes a permanent line.</summary>
    protected abstract void Say(string line);
}
