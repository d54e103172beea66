using System.Reflection;
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
        ["Hub"] = [],
        ["Library"] = ["Extraction", "Hub", "Imaging"],
        ["Evaluation"] = ["Encoders", "Library"],
        ["Toybox"] = ["Encoders", "Imaging"],
        ["Toybox.Evaluation"] = ["Evaluation", "Toybox"],
        ["Jobs"] = ["Evaluation", "Library", "Toybox", "Toybox.Evaluation"],
        ["Models.Toybox"] = [],
        ["Cli"] = ["Jobs", "Models.Toybox"],
        ["ConceptExpress"] = ["Jobs", "Models.Toybox"],
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

    /// <summary>Libraries are used by hosts that have no options.</summary>
    [Fact]
    public void NoLibrary_NamesAnOption() => Assert.Empty(LinesThatMatch(OptionInAText(), [.. Plan.Keys.Where(name => name != "Cli")]));

    [Theory]
    [InlineData("throw new X($\"{path} is not empty; replace it with --force.\");")]
    [InlineData("var text = \"give --min-concepts\";")]
    public void OptionsInTexts_AreRecognised(string line) => Assert.Matches(OptionInAText(), line);

    /// <summary>
    /// What a project may not use is said in src/**/BannedSymbols*.txt, and checked by the compiler. A name that is not spelled exactly
    /// would ban
    /// nothing.
    /// </summary>
    [Fact]
    public void BannedSymbols_Exist()
    {
        Assembly[] known = [typeof(Console).Assembly, typeof(Random).Assembly, typeof(TorchSharp.torch).Assembly,
            typeof(Spectre.Console.AnsiConsole).Assembly, .. OurAssemblies()];
        var banned = Directory.EnumerateFiles(Sources, "BannedSymbols*.txt", SearchOption.AllDirectories).SelectMany(File.ReadLines)
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal)).Select(line => line.Split(';')[0]).ToList();
        Assert.True(banned.Count > 30);
        Assert.All(banned, symbol => Assert.True(Exists(symbol, known), symbol));
    }

    static IEnumerable<Assembly> OurAssemblies() =>
        Plan.Keys.Where(name => name is not ("Cli" or "ConceptExpress" or "Models.Toybox"))
            .Select(name => Assembly.Load($"ConceptExpress.{name}"));

    static bool Exists(string symbol, Assembly[] known)
    {
        var name = symbol[2..];
        return symbol[0] switch
        {
            'T' => TypeNamed(name, known) is not null,
            'N' => known.Any(assembly => assembly.GetTypes().Any(type => type.Namespace == name)),
            'P' => TypeNamed(name[..name.LastIndexOf('.')], known)?.GetProperty(name[(name.LastIndexOf('.') + 1)..]) is not null,
            'M' => MethodExists(name, known),
            _ => false,
        };
    }

    static bool MethodExists(string id, Assembly[] known)
    {
        var (path, parameters) = (id[..id.IndexOf('(')], id[(id.IndexOf('(') + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries));
        return TypeNamed(path[..path.LastIndexOf('.')], known)?.GetMethods()
            .Any(method => method.Name == path[(path.LastIndexOf('.') + 1)..]
            && method.GetParameters().Select(parameter => parameter.ParameterType.FullName!.Replace('+', '.'))
                .SequenceEqual(parameters)) == true;
    }

    static Type? TypeNamed(string name, Assembly[] known) =>
        known.SelectMany(assembly => assembly.GetTypes()).FirstOrDefault(type => type.FullName?.Replace('+', '.') == name);

    static IEnumerable<string> LinesThatMatch(Regex banned, params string[] projects) =>
        from project in projects
        from file in Directory.EnumerateFiles(Path.Combine(Sources, project == "ConceptExpress" ? project : $"ConceptExpress.{project}"),
            "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file).Index()
        where banned.IsMatch(line.Item)
        select $"{Path.GetRelativePath(Sources, file)}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"^(?!\s*//).*""[^""]*(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex OptionInAText();
}
