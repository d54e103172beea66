using System.Text.RegularExpressions;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>Documents name what is there.</summary>
public sealed partial class DocumentedNamesTests
{
    static readonly Lazy<HashSet<string>> Words = new(() =>
    [
        .. new[] { "src", "tests", "benchmarks",
            "build" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(TestFolders.Repository, folder), "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".csproj" or ".props" or ".targets").Select(File.ReadAllText)
                .SelectMany(text => Identifier().Matches(text).Select(match => match.Value)),
    ]);

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/paper-to-code.md")]
    [InlineData("docs/deviations.md")]
    [InlineData("docs/method.md")]
    [InlineData("docs/glossary.md")]
    [InlineData("docs/reported-cases.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    [InlineData("src/PACKAGE.md")]
    public void EveryName_IsInTheSources(string document)
    {
        var names = Code().Matches(File.ReadAllText(Path.Combine(TestFolders.Repository, document))).Select(match => match.Groups[1].Value)
            .Where(code => OurName().IsMatch(code)).SelectMany(code => Identifier().Matches(code).Select(match => match.Value)).Distinct();
        Assert.Empty(names.Except(Words.Value));
    }

    /// <summary>All documents, but for results as they were printed.</summary>
    public static TheoryData<string> Documents =>
    [
        .. new[] { "*.md", "docs", "models", "src" }.SelectMany(place => Directory.EnumerateFiles(
                Path.Combine(TestFolders.Repository, place == "*.md" ? "" : place), "*.md",
                place == "*.md" ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(TestFolders.Repository, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Documents))]
    public void EveryLink_LeadsSomewhere(string document)
    {
        var file = Path.Combine(TestFolders.Repository, document);
        var links = Link().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal) && link.Length > 0);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, link)), link));
    }

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Code();

    // A type, or a member of one; no path, option, key or command.
    [GeneratedRegex(@"^[A-Z]\w*[a-z]\w*(\.[A-Z]\w+)*(\(.*\))?$")]
    private static partial Regex OurName();

    [GeneratedRegex(@"[A-Za-z_]\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\]\(([^)#\s]*)[^)]*\)")]
    private static partial Regex Link();
}
