using System.Text.Json.Nodes;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>concepts list | show | rename | remove | export</c>, on a real extraction's folder.</summary>
public sealed class ConceptsTests(ExtractionFixture extraction) : IDisposable
{
    const string First = "toybox-01-asset0";

    readonly TemporaryFolder temp = new();

    string Copied()
    {
        foreach (var file in Directory.GetFiles(extraction.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(temp["out"], Path.GetRelativePath(extraction.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return temp["out"];
    }

    static byte[] Pixels(string path) => ImageReader.Read(path).Pixels.ToArray();

    static string Done(params IReadOnlyList<string> args)
    {
        var outcome = Cli.Run(args);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        return outcome.Output;
    }

    [Fact]
    public void List_FindsFoldersBelow_AndShow_TellsWhatToTypeInEachProgram()
    {
        Copied();
        Assert.Contains($"<{First}>", Done("concepts", "list", temp.Path));
        Assert.Equal("toybox-01.png", (string?)JsonNode.Parse(Done("concepts", "list", temp.Path, "--json"))!["folders"]![0]!["manifest"]!
            ["image"]!["name"]);
        var shown = Done("concepts", "show", temp["out"], "asset0");
        Assert.All([$"embedding:{First}", $"<embed:{First}>", $"<{First}>", $"embeddings/{First}.safetensors"],
            text => Assert.Contains(text, shown));
        Assert.DoesNotContain("asset1", shown);
        Assert.Single(Done("concepts", "show", temp["out"]).Split('\n'), line => line.StartsWith("Use them elsewhere"));
    }

    [Fact]
    public void ARenamedWord_IsExported_AndDraws()
    {
        var folder = Copied();
        var renamed = Done("concepts", "rename", folder, "asset0=red-ball");
        Assert.All(["<red-ball>", "report.html and the charts tell of the extraction, and keep the old names."],
            text => Assert.Contains(text, renamed));
        Directory.CreateDirectory(temp["comfy/models/embeddings"]);
        var exported = Done("concepts", "export", folder, "--for", "comfyui", "--to", temp["comfy"], "--only", "ball");
        Assert.Contains("embedding:red-ball", exported);
        Assert.Equal(["red-ball.preview.png", "red-ball.safetensors"], Directory.GetFiles(temp["comfy/models/embeddings"])
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] small = ["--prompt", "a photo of <ball>", "--steps", "1", "--width", "32", "--height", "32"];
        Done(["generate", "--concepts", folder, "--output", temp["one"], .. small]);
        Done(["generate", "--embedding", temp["comfy/models/embeddings/red-ball.safetensors"], "--output", temp["two"], "--model",
            "embedded:toybox", .. small]);
        Assert.Equal(Pixels(temp[$"one/{ResultNames.Picture(0)}"]), Pixels(temp[$"two/{ResultNames.Picture(0)}"]));
    }

    [Fact]
    public void ARemovedConcept_IsGone()
    {
        var folder = Copied();
        Done("concepts", "remove", folder, "asset1");
        Assert.Equal([First], ConceptFolder.ReadManifest(folder).Concepts.Select(concept => concept.Name));
    }

    public static TheoryData<string, int, string> Mistakes => new()
    {
        { "concepts rename DIR", ExitCodes.Usage, "--suggested" },
        { "concepts rename DIR asset7=a", ExitCodes.Usage, "no concept called 'asset7'" },
        { "concepts rename DIR asset0=a/b", ExitCodes.Usage, "a/b" },
        { "concepts rename DIR asset0=toybox-01-asset1", ExitCodes.Usage, "called the same" },
        { "concepts rename DIR --suggested", ExitCodes.Usage, "" },
        { "concepts rename DIR/none asset0=a", ExitCodes.Input, "does not exist" },
        { "concepts list DIR/none", ExitCodes.Input, "does not exist" },
        { "concepts list DIR/masks", ExitCodes.Input, ResultNames.Manifest },
        { "concepts show DIR asset7", ExitCodes.Usage, "asset7" },
        { "concepts remove DIR asset0 asset1", ExitCodes.Usage, "would be left" },
        { "concepts export DIR --for paint --to DIR/x", ExitCodes.Usage, "comfyui" },
        { "concepts export DIR --for a1111 --to DIR/x --only asset7", ExitCodes.Usage, "asset7" },
        { "concepts export DIR --for a1111 --to DIR/run.json", ExitCodes.Resources, "run.json" },
        { "extract PICTURE --names a,A --output DIR/x", ExitCodes.Usage, "capital" },
        { "extract PICTURE --names a/b --output DIR/x", ExitCodes.Usage, "a/b" },
        { "extract PICTURE --names a,,b --output DIR/x", ExitCodes.Usage, "--names" },
        { "extract PICTURE --names a,b,c --masks DIR/masks --output DIR-x", ExitCodes.Usage, "3 names" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Mistakes_AreNamed_AndNothingChanges(string line, int code, string named)
    {
        var folder = Copied();
        var before = Directory.GetFiles(temp.Path, "*", SearchOption.AllDirectories).Order().ToList();
        if (line.EndsWith("--suggested", StringComparison.Ordinal)) WithoutNamings(folder);
        var outcome = Cli.Run([.. line.Split(' ').Select(word => word.Replace("DIR", folder).Replace("PICTURE", Cli.Sample))]);
        Cli.AssertFailed(code, outcome);
        Assert.Contains(named, outcome.Error);
        Assert.Equal(before, Directory.GetFiles(temp.Path, "*", SearchOption.AllDirectories).Order());
    }

    static void WithoutNamings(string folder)
    {
        var file = Path.Combine(folder, ResultNames.Manifest);
        var manifest = JsonNode.Parse(File.ReadAllText(file))!;
        foreach (var concept in manifest["concepts"]!.AsArray()) concept!.AsObject().Remove("naming");
        File.WriteAllText(file, manifest.ToJsonString());
    }

    public void Dispose() => temp.Dispose();
}
