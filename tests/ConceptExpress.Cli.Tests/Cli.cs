using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>Runs the program inside the test.</summary>
static class Cli
{
    /// <summary>What a run gave.</summary>
    public sealed record Outcome(int Code, string Output, string Error)
    {
        /// <summary>The lines of standard error that say what failed.</summary>
        public IReadOnlyList<string> Failures =>
            [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("error:"))];
    }

    public static string Sample => Path.Combine(TestFolders.Repository, "samples", "toybox-01.png");

    /// <summary>Options with which the word search of the preset express takes seconds.</summary>
    public static IReadOnlyList<string> QuickSearch { get; } =
    [
        .. new[] { "words=8", "samples=2", "sums=[2,2,2]" }.SelectMany(value => new[] { "--set", $"learning.start.search.small.{value}" }),
    ];

    public static Outcome Run(params IReadOnlyList<string> args) => Run(CancellationToken.None, args);

    public static Outcome Run(CancellationToken stop, params IReadOnlyList<string> args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = CommandLineApp.Run(args, output, error, stop: stop);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that a run failed as it should: this code, one sentence, nothing on standard output.</summary>
    public static void AssertFailed(int code, Outcome outcome)
    {
        Assert.True(code == outcome.Code, $"exit code {outcome.Code}, not {code}: {outcome.Error}");
        Assert.Single(outcome.Failures);
        Assert.Empty(outcome.Output);
    }
}
