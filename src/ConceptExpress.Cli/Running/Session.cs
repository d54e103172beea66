using ConceptExpress.Cli.Progress;
using Spectre.Console;

namespace ConceptExpress.Cli.Running;

/// <summary>What a command runs in: where it writes, and what stops it.</summary>
/// <param name="Output">Standard output, for results.</param>
/// <param name="Error">Standard error, for progress and warnings.</param>
/// <param name="Terminal">Whether <paramref name="Error"/> is a terminal.</param>
/// <param name="Stop">Cancelled by Ctrl-C.</param>
public sealed record Session(TextWriter Output, TextWriter Error, bool Terminal, CancellationToken Stop)
{
    public ProgressDisplay NewDisplay() => Terminal
        ? new TerminalDisplay(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) }))
        : new PlainDisplay(Error);
}
