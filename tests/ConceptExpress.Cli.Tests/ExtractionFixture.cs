using ConceptExpress.Cli.Tests;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

[assembly: AssemblyFixture(typeof(ExtractionFixture))]

namespace ConceptExpress.Cli.Tests;

/// <summary>One short extraction for all tests of this assembly that look at what comes out. They change only copies of it.</summary>
public sealed class ExtractionFixture : IDisposable
{
    static readonly string[] Short = ["--steps", "2", "--split-tokens", "2", "--max-concepts", "2", "--learning-rate", "0.02",
        "--batch-size", "3", "--resolution", "64", "--threads", "2", "--json"];

    readonly TemporaryFolder temp = new();
    readonly Lazy<Cli.Outcome> first;

    public ExtractionFixture() => first = new(() => Extract("first"));

    /// <summary>The command line's own result.</summary>
    internal Cli.Outcome Outcome => first.Value;

    public string Folder => first.Value.Code == ExitCodes.Done ? temp["first"] : throw new InvalidOperationException(first.Value.Error);

    /// <summary>What it found: as many words as the embedded checkpoint saw things, two at most.</summary>
    public IReadOnlyList<string> Words => [.. ConceptFolder.ReadManifest(Folder).Concepts.Select(concept => concept.Token)];

    /// <summary>Extracts once more, the same way.</summary>
    internal Cli.Outcome Extract(string folder, params IReadOnlyList<string> more) =>
        Cli.Run(["extract", Cli.Sample, "--output", temp[folder], .. Short, .. Cli.QuickSearch, .. more]);

    public string Path(string relative) => temp[relative];

    public void Dispose() => temp.Dispose();
}
