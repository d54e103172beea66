using System.Text.Json;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Output;
using Spectre.Console;

namespace ConceptExpress.Cli;

/// <summary>What a command runs in: where it writes, and what stops it.</summary>
/// <param name="Output">Standard output, for results.</param>
/// <param name="Error">Standard error, for progress and warnings.</param>
/// <param name="Terminal">Whether <paramref name="Error"/> is a terminal.</param>
/// <param name="Stop">Cancelled by Ctrl-C.</param>
sealed record Session(TextWriter Output, TextWriter Error, bool Terminal, CancellationToken Stop)
{
    /// <summary>Runs a request with its progress shown, and prints its result.</summary>
    /// <param name="request">The request.</param>
    /// <param name="json">Print the result as JSON.</param>
    /// <param name="print">Prints it for people.</param>
    public int Run<TResult>(JobRequest<TResult> request, bool json, Action<TResult, TextWriter> print) where TResult : notnull
    {
        var display = NewDisplay();
        using var models = new ModelPool();
        TResult? result = default;
        display.Run(() => result = request.Work(new JobContext(models, display, Stop)));
        if (json) Output.WriteLine(JsonSerializer.Serialize(result, LibraryJson.Indented));
        else print(result!, Output);
        return ExitCodes.Done;
    }

    ProgressDisplay NewDisplay() => Terminal
        ? new TerminalDisplay(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) }))
        : new PlainDisplay(Error);
}
