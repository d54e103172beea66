namespace ConceptExpress.Cli.Progress;

/// <summary>Shows how far a command is: one phase after another, each of so many iterations.</summary>
public abstract class ProgressDisplay
{
    readonly List<string> warnings = [];

    /// <summary>What was said with <see cref="Warn"/>.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Does the work on the calling thread while the display is on.</summary>
    public virtual void Run(Action work) => work();

    /// <summary>A phase begins.</summary>
    /// <param name="phase">What is being done, in a few words.</param>
    /// <param name="iterations">How many there will be; 0 for a phase that does not count.</param>
    public abstract void Begin(string phase, int iterations);

    /// <summary>One more iteration of the phase is done.</summary>
    /// <param name="detail">What else there is to say, or nothing.</param>
    public abstract void Advance(string detail = "");

    /// <summary>Says something that the user should know although the work goes on.</summary>
    public void Warn(string warning)
    {
        warnings.Add(warning);
        Say($"warning: {warning}");
    }

    /// <summary>Says something that is no warning.</summary>
    public void Note(string line) => Say(line);

    /// <summary>Writes a line that stays.</summary>
    protected abstract void Say(string line);
}
