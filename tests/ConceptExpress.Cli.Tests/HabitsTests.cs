using System.Text.RegularExpressions;
using System.Xml.Linq;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>What CONTRIBUTING.md promises, and no compiler checks.</summary>
public sealed partial class HabitsTests
{
    const int MaxColumns = 140;

    static IEnumerable<string> Sources => new[] { "src", "tests", "benchmarks", "samples" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestFolders.Repository, folder), "*.cs", SearchOption.AllDirectories));

    [Fact]
    public void Lines_AreAtMost140ColumnsLong() => Assert.Empty(
        from file in Sources
        from line in File.ReadLines(file).Index()
        where line.Item.Length > MaxColumns
        select $"{Path.GetRelativePath(TestFolders.Repository, file)}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void Packages_AreNamedInNotice_AndInTheDecisionOnLibraries()
    {
        var notice = File.ReadAllText(Path.Combine(TestFolders.Repository, "NOTICE"));
        var decision = File.ReadAllText(Path.Combine(TestFolders.Repository, "docs/decisions/0001-libraries.md"));
        var packages = XDocument.Load(Path.Combine(TestFolders.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => package.Attribute("Include")!.Value).Select(name => Family().Match(name).Value).Distinct().ToList();
        Assert.True(packages.Count > 10);
        Assert.All(packages, package => Assert.Contains(package, notice, StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Contains(package, decision, StringComparison.Ordinal));
    }

    [Fact]
    public void TheMessageOnAMissingLibTorch_NamesTheVersionInUse()
    {
        static string Value(string file, string name) =>
            XDocument.Load(Path.Combine(TestFolders.Repository, file)).Descendants(name).Single().Value;
        Assert.Equal(Value("Directory.Packages.props", "LibTorchVersion"),
            Value("src/ConceptExpress.Diffusion/buildTransitive/ConceptExpress.Diffusion.targets", "ConceptExpressLibTorchVersion"));
    }

    // Packages of one maker for several platforms are one line: libtorch-cpu-linux-x64, SkiaSharp.NativeAssets.Linux.
    [GeneratedRegex(@"^(libtorch|SkiaSharp|HarfBuzzSharp|xunit\.v3|.+)")]
    private static partial Regex Family();
}
