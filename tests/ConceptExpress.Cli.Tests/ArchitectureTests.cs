using System.Text.RegularExpressions;
using System.Xml.Linq;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>The house's plan (docs/architecture.md), read from project files and sources.</summary>
public partial class ArchitectureTests
{
    /// <summary>What each project may reference itself.</summary>
    static readonly Dictionary<string, string[]> Plan = new()
    {
        ["Imaging"] = [],
        ["Diffusion"] = ["Imaging"],
        ["Encoders"] = ["Diffusion", "Imaging"],
        ["Extraction"] = ["Diffusion"],
        ["Library"] = ["Extraction", "Imaging"],
        ["Evaluation"] = ["Encoders", "Library"],
        ["Toybox"] = ["Encoders", "Imaging"],
        ["Toybox.Evaluation"] = ["Evaluation", "Toybox"],
        ["Jobs"] = ["Evaluation", "Library", "Toybox", "Toybox.Evaluation"],
        ["Cli"] = ["Jobs"],
        ["ConceptExpress"] = ["Jobs"],
    };

    static string Sources => Path.Combine(TestFolders.Repository, "src");

    static string NameOf(string project) => Path.GetFileNameWithoutExtension(project).Replace("ConceptExpress.", "");

    [Fact]
    public void ProjectReferences_AreThePlan()
    {
        var found = Directory.EnumerateFiles(Sources, "*.csproj", SearchOption.AllDirectories).ToDictionary(NameOf, References);
        Assert.Equal(Plan.Keys.Order(), found.Keys.Order());
        Assert.All(Plan, project => Assert.Equal(project.Value, found[project.Key]));
    }

    static string[] References(string project) =>
    [
        .. XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => NameOf(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Imaging_KnowsNoTorch()
    {
        var project = XDocument.Load(Path.Combine(Sources, "ConceptExpress.Imaging", "ConceptExpress.Imaging.csproj"));
        Assert.DoesNotContain(project.Descendants("UsesTorch"), use => use.Value == "true");
        Assert.DoesNotContain(project.Descendants("PackageReference"), package => package.Attribute("Include")!.Value.Contains("Torch"));
    }

    [Fact]
    public void NoSource_SeedsAGeneratorOfTheWholeProcess() => Assert.Empty(LinesThatMatch(GlobalSeed(), [.. Plan.Keys]));

    [Fact]
    public void OnlyTheCommandLine_KnowsTheConsole() =>
        Assert.Empty(LinesThatMatch(ConsoleCall(), [.. Plan.Keys.Where(name => name != "Cli")]));

    [Fact]
    public void Extraction_KnowsNoFiles() => Assert.Empty(LinesThatMatch(FileCall(), "Extraction"));

    /// <summary>What a web host would have to copy stands in Jobs; the command line parses, shows and exits.</summary>
    [Fact]
    public void TheCommandLine_LoadsNoCheckpoint_AndWritesNoResults() => Assert.Empty(LinesThatMatch(Work(), "Cli"));

    /// <summary>Libraries are used by hosts that have no options.</summary>
    [Fact]
    public void NoLibrary_NamesAnOption() => Assert.Empty(LinesThatMatch(OptionInAText(), [.. Plan.Keys.Where(name => name != "Cli")]));

    [Theory]
    [InlineData("throw new X($\"{path} is not empty; replace it with --force.\");")]
    [InlineData("var text = \"give --min-concepts\";")]
    public void OptionsInTexts_AreRecognised(string line) => Assert.Matches(OptionInAText(), line);

    /// <summary>TorchSharp methods in which nothing holds a scalar that libtorch still reads (docs/decisions/0005).</summary>
    [Fact]
    public void NoSource_CallsWhatTheGarbageCollectorMayBreak() => Assert.Empty(LinesThatMatch(UnheldScalars(), [.. Plan.Keys]));

    [Theory]
    [InlineData("var norm = linalg.matrix_norm(x, 2.0);")]
    [InlineData("return torch.linalg . vector_norm (x);")]
    [InlineData("var module = jit.load(path);")]
    [InlineData("torch.jit.ScriptModule? script = null;")]
    public void CallsThatTheGarbageCollectorMayBreak_AreRecognised(string line) => Assert.Matches(UnheldScalars(), line);

    static IEnumerable<string> LinesThatMatch(Regex banned, params string[] projects) =>
        from project in projects
        from file in Directory.EnumerateFiles(Path.Combine(Sources, project == "ConceptExpress" ? project : $"ConceptExpress.{project}"), "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file).Index()
        where banned.IsMatch(line.Item)
        select $"{Path.GetRelativePath(Sources, file)}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"\b(?:StableDiffusion|ConceptExtractor|TextToImage|LocalModels|EmbeddedModels|OutputFolder|ImageReader|ConceptFolder\.|ConceptFolderWriter|PngFile|TorchSharp|EvaluationRun|Judge\.)")]
    private static partial Regex Work();

    [GeneratedRegex(@"^(?!\s*//).*""[^""]*(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex OptionInAText();

    [GeneratedRegex(@"\bmanual_seed\s*\(|\brandom\.seed\s*\(|\bRandom\.Shared\b")]
    private static partial Regex GlobalSeed();

    [GeneratedRegex(@"\b(matrix_norm|vector_norm)\b|\bjit\s*\.|\bScriptModule\b")]
    private static partial Regex UnheldScalars();

    [GeneratedRegex(@"\b(Ansi)?Console\.")]
    private static partial Regex ConsoleCall();

    [GeneratedRegex(@"\b(File|Directory|Path|FileStream)\.\w|\bnew (FileStream|FileInfo|DirectoryInfo|StreamWriter|StreamReader)\b")]
    private static partial Regex FileCall();
}
