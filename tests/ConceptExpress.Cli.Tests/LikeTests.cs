using System.Text.Json.Nodes;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>generate --like</c>.</summary>
public sealed class LikeTests(ExtractionFixture extraction) : IDisposable
{
    const int Width = 128; // of the embedded checkpoint

    readonly TemporaryFolder temp = new();

    [Fact]
    public void ARepeatedDrawing_HasTheSameBytes_WithALearnedWordAndOneOfAnotherFile()
    {
        var cat = Pickle("cat.pt", 2);
        var drawn = Cli.Run("generate", "--concepts", extraction.Folder, "--embedding", $"{cat}=tom", "--prompt",
            "a (<asset0>:1.2) BREAK on embedding:tom, [red]", "--negative", "(blur)", "--sampler", "dpm++", "--steps", "3",
            "--guidance", "4", "--width", "64", "--height", "32", "--seed", "11", "--count", "2", "--threads", "2",
            "--output", temp["drawn"]);
        Assert.True(drawn.Code == ExitCodes.Done, drawn.Error);
        var again = Like("drawn", "again", picture: 1);
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Assert.DoesNotContain("warning", again.Error);
        Assert.Equal(Bytes("drawn", 1), Bytes("again", 0));
        // The sheet repeats its first picture, and --count draws the next ones.
        var sheet = Cli.Run("generate", "--like", temp[$"drawn/{ResultNames.Grid}"], "--count", "2", "--output", temp["sheet"]);
        Assert.True(sheet.Code == ExitCodes.Done, sheet.Error);
        foreach (var file in (string[])[ResultNames.Picture(0), ResultNames.Picture(1), ResultNames.Grid])
            Assert.Equal(File.ReadAllBytes(temp[$"drawn/{file}"]), File.ReadAllBytes(temp[$"sheet/{file}"]));
    }

    [Fact]
    public void OptionsBesideIt_ChangeOnlyWhatTheyName()
    {
        Draw("drawn", "a red car", "--seed", "3", "--negative", "blur");
        Draw("other", "a red car", "--seed", "4", "--negative", "blur");
        Assert.Equal(ExitCodes.Done, Like("drawn", "again", 0, "--seed", "4").Code);
        Assert.Equal(Bytes("other", 0), Bytes("again", 0));
        var changed = Like("drawn", "changed", 0, "--prompt", "a (duck:1.2)", "--syntax", "comfyui", "--steps", "1", "--threads", "1");
        Assert.True(changed.Code == ExitCodes.Done, changed.Error);
        Assert.Contains("with 2 threads, and now", changed.Error);
        var (before, after) = (Settings("drawn"), Settings("changed"));
        Assert.Equal(before with
        {
            Prompt = "a (duck:1.2)",
            Syntax = Diffusion.PromptSyntax.ComfyUI,
            Sampling = before.Sampling with { Steps = 1 },
        }, after);
    }

    [Fact]
    public void WordsThatMoved_AreFoundByTheirContent()
    {
        var cat = Pickle("cat.pt", 2);
        Draw("drawn", "<cat>", "--embedding", cat);
        File.Move(cat, temp["moved.pt"]);
        var gone = Like("drawn", "gone", 0);
        Cli.AssertFailed(ExitCodes.Input, gone);
        Assert.Contains($"{cat}, with the word <cat>", gone.Error);
        var named = Like("drawn", "named", 0, "--embedding", temp["moved.pt"]);
        Assert.True(named.Code == ExitCodes.Done, named.Error);
        Assert.Equal(Pixels("drawn"), Pixels("named"));
        Pickle("cat.pt", 3);
        foreach (var outcome in (Cli.Outcome[])[Like("drawn", "other", 0), Like("drawn", "other", 0, "--embedding", cat)])
            Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains("is not as it was", Like("drawn", "other", 0).Error);
        Assert.Contains("its file has other content", Like("drawn", "other", 0, "--embedding", cat).Error);
        Assert.Equal(ExitCodes.Done, Like("drawn", "wordless", 0, "--prompt", "a car").Code); // words that are not used are not needed
    }

    [Fact]
    public void AHostileRecord_LeadsNowhere()
    {
        Draw("drawn", "<cat>", "--embedding", Pickle("cat.pt", 2));
        foreach (var (name, change) in new (string, Action<JsonNode>)[]
        {
            ("share", record => record["concepts"]![0]!["file"] = "//server/share/cat.pt"),
            ("relative", record => record["concepts"]![0]!["file"] = "cat.pt"),
            ("nameless", record => record["concepts"]![0]!.AsObject().Remove("sha256")),
        })
        {
            Edit(name, change);
            Cli.AssertFailed(ExitCodes.Input, Cli.Run("generate", "--like", temp[$"{name}.png"], "--output", temp["hostile"]));
        }
        Edit("precision", record => record["model"]!["precision"] = "fp7");
        Cli.AssertFailed(ExitCodes.Input, Cli.Run("generate", "--like", temp["precision.png"], "--output", temp["hostile"]));
        Edit("threads", record => record["machine"]!["threads"] = 0);
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("generate", "--like", temp["threads.png"], "--output", temp["hostile"]));
        Edit("device", record => record["machine"]!["device"] = "cuda:77");
        var elsewhere = Cli.Run("generate", "--like", temp["device.png"], "--output", temp["elsewhere"]);
        Assert.True(elsewhere.Code == ExitCodes.Done, elsewhere.Error);
        Assert.Contains("drawn on cuda:77, which this machine does not have", elsewhere.Error);
        Assert.False(Directory.Exists(temp["hostile"]));
    }

    [Fact]
    public void TheFolderOfThePicture_IsNotWrittenInto()
    {
        Draw("drawn", "a car");
        Cli.AssertFailed(ExitCodes.Usage, Like("drawn", "drawn", 0, "--force"));
        Assert.True(File.Exists(temp[$"drawn/{ResultNames.Picture(0)}"]));
    }

    void Draw(string output, string prompt, params IReadOnlyList<string> more)
    {
        var outcome = Cli.Run(["generate", "--prompt", prompt, "--steps", "2", "--width", "32", "--height", "32", "--threads", "2",
            "--output", temp[output], .. more]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
    }

    Cli.Outcome Like(string folder, string output, int picture, params IReadOnlyList<string> more) =>
        Cli.Run(["generate", "--like", temp[$"{folder}/{ResultNames.Picture(picture)}"], "--output", temp[output], .. more]);

    byte[] Bytes(string folder, int picture) => File.ReadAllBytes(temp[$"{folder}/{ResultNames.Picture(picture)}"]);

    byte[] Pixels(string folder) => ImageReader.Read(temp[$"{folder}/{ResultNames.Picture(0)}"]).Pixels.ToArray();

    Diffusion.GenerationSettings Settings(string folder) => PictureRecord.Read(temp[$"{folder}/{ResultNames.Picture(0)}"]).Settings;

    void Edit(string name, Action<JsonNode> change)
    {
        var png = Bytes("drawn", 0);
        var record = JsonNode.Parse(PngText.Read(png)[PictureRecord.JsonKeyword])!;
        change(record);
        PngFile.Write(temp[$"{name}.png"], ImageReader.Read(temp[$"drawn/{ResultNames.Picture(0)}"]),
            new Dictionary<string, string> { [PictureRecord.JsonKeyword] = record.ToJsonString() });
    }

    string Pickle(string name, int vectors) =>
        EmbeddingFiles.Write("legacy", temp[name], [new StoredVectors("string_to_param/*", [vectors, Width])]);

    public void Dispose() => temp.Dispose();
}
