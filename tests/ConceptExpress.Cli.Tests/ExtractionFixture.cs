using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>One short extraction for all tests that look at what comes out.</summary>
public sealed class ExtractionFixture : IDisposable
{
    static readonly string[] Short = ["--steps", "2", "--split-tokens", "2", "--max-concepts", "2", "--learning-rate", "0.02",
        "--batch-size", "3", "--resolution", "64", "--threads", "2", "--json"];

    readonly TemporaryFolder temp = new();

    public ExtractionFixture() => Outcome = Extract("first");

    /// <summary>The command line's own result.</summary>
    internal Cli.Outcome Outcome { get; }

    public string Folder => temp["first"];

    /// <summary>What it found: as many words as the embedded checkpoint saw things, two at most.</summary>
    public IReadOnlyList<string> Words => [.. ConceptFolder.ReadManifest(Folder).Concepts.Select(concept => concept.Token)];

    /// <summary>Extracts once more, the same way.</summary>
    internal Cli.Outcome Extract(string folder, params IReadOnlyList<string> more) =>
        Cli.Run(["extract", Cli.Sample, "--output", temp[folder], .. Short, .. more]);

    public string Path(string relative) => temp[relative];

    public void Dispose() => temp.Dispose();
}
