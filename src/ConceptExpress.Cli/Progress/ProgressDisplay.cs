using ConceptExpress.Diffusion;

namespace ConceptExpress.Cli.Progress;

/// <summary>Shows how far a job is: one phase after another, each of so many steps.</summary>
abstract class ProgressDisplay : IProgress<ProgressEvent>
{
    /// <summary>Does the work on the calling thread while the display is on.</summary>
    public virtual void Run(Action work) => work();

    public void Report(ProgressEvent value)
    {
        switch (value)
        {
            case PhaseBegan { Steps: not 0 } phase: Begin(char.ToUpperInvariant(phase.Phase[0]) + phase.Phase[1..], phase.Steps ?? 0); break;
            case Advanced advanced: Advance(advanced.Detail); break;
            case Warned warned: Say($"warning: {warned.Text}"); break;
            case Noted noted: Say(noted.Text); break;
        }
    }

    /// <summary>A phase begins.</summary>
    /// <param name="phase">What is being done, in a few words.</param>
    /// <param name="steps">How many there will be; 0 for a phase that does not count.</param>
    protected abstract void Begin(string phase, int steps);

    /// <summary>One more step of the phase is done.</summary>
    /// <param name="detail">What else there is to say, or nothing.</param>
    protected abstract void Advance(string detail);

    /// <summary>Writes a line that stays.</summary>
    protected abstract void Say(string line);
}
