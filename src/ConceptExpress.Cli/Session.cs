using System.Text.Json;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Output;
using Spectre.Console;

namespace ConceptExpress.Cli;

/// <summary>What a command needs to run: its output streams and its cancellation.</summary>
/// <param name="Output">Standard output, for results.</param>
/// <param name="Error">Standard error, for progress and warnings.</param>
/// <param name="Terminal">Whether <paramref name="Error"/> is a terminal that can redraw its lines.</param>
/// <param name="Stop">Cancelled by Ctrl-C or SIGTERM.</param>
sealed record Session(TextWriter Output, TextWriter Error, bool Terminal, CancellationToken Stop)
{
    /// <summary>Runs a request, shows its progress, and prints its result.</summary>
    /// <param name="request">The request to run.</param>
    /// <param name="json">Whether to print the result as JSON.</param>
    /// <param name="print">Prints the result as text; not called for JSON.</param>
    /// <returns><see cref="ExitCodes.Done"/>. Failures are thrown.</returns>
    public int Run<TResult>(JobRequest<TResult> request, bool json, Action<TResult, TextWriter> print) where TResult : notnull
    {
        Print(Result(request), json, print);
        return ExitCodes.Done;
    }

    /// <summary>Prints a result, as JSON or as text.</summary>
    public void Print<TResult>(TResult result, bool json, Action<TResult, TextWriter> print)
    {
        if (json) Output.WriteLine(JsonSerializer.Serialize(result, LibraryJson.Indented));
        else print(result, Output);
    }

    /// <summary>Runs a request, shows its progress, and returns its result.</summary>
    public TResult Result<TResult>(JobRequest<TResult> request) where TResult : notnull
    {
        var display = NewDisplay();
        using var models = new ModelPool();
        TResult? result = default;
        display.Run(() => result = request.Work(new JobContext(models, display, Stop)));
        return result!;
    }

    /// <summary>Asks a question on a terminal; false without one, and for every answer but <c>y</c> and <c>yes</c>.</summary>
    public bool Confirms(string question)
    {
        if (!Terminal || Console.IsInputRedirected) return false;
        Error.Write($"{question} [y/N] ");
        Error.Flush();
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    ProgressDisplay NewDisplay() => Terminal
        ? new TerminalDisplay(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) }))
        : new PlainDisplay(Error);
}
