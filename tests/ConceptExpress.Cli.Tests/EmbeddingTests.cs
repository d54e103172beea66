using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>generate --embedding</c> and <c>concepts import</c>.</summary>
public sealed class EmbeddingTests : IDisposable
{
    const int Width = 128; // of the embedded checkpoint

    readonly TemporaryFolder temp = new();

    // The zip form has times in it.
    string Pickle(string name, params StoredVectors[] tensors) => EmbeddingFiles.Write("legacy", temp[name], tensors);

    string Cat => Pickle("cat.pt", new StoredVectors("string_to_param/*", [2, Width]));

    [Fact]
    public void AWord_DrawsTheSame_FromTheFile_AndFromItsImportedFolder()
    {
        var outcome = Generate("file", "<cat> on grass", "--embedding", Cat);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("gives <cat> (2 vectors).", outcome.Error);
        var imported = Import("words", Cat);
        Assert.True(imported.Code == ExitCodes.Done, imported.Error);
        Assert.Equal(ExitCodes.Done, Generate("folder", "<cat> on grass", "--concepts", temp["words"]).Code);
        Assert.Equal(ExitCodes.Done, Generate("other", "<cat> on grass", "--embedding",
            $"{Pickle("dog.pt", new StoredVectors("emb_params", [5, Width]))}=<cat>").Code);
        byte[] Picture(string folder) => ImageReader.Read(temp[$"{folder}/{ResultNames.Picture(0)}"]).Pixels.ToArray();
        Assert.Equal(Picture("file"), Picture("folder"));
        Assert.NotEqual(Picture("file"), Picture("other"));
    }

    [Fact]
    public void ThePicture_TellsTheFileThatAWordCameFrom()
    {
        var sha = EmbeddingFile.Read(Cat).Sha256;
        Assert.Equal(ExitCodes.Done, Generate("file", "<tom>", "--embedding", $"{Cat}=tom").Code);
        Assert.Equal(ExitCodes.Done, Import("words", Cat).Code);
        Assert.Equal(ExitCodes.Done, Generate("folder", "<cat>", "--concepts", temp["words"]).Code);
        foreach (var (folder, word) in new[] { ("file", "<tom>"), ("folder", "<cat>") })
        {
            var texts = PngText.Read(File.ReadAllBytes(temp[$"{folder}/{ResultNames.Picture(0)}"]));
            var concept = Assert.Single(JsonNode.Parse(texts[PictureRecord.JsonKeyword])!["concepts"]!.AsArray())!;
            Assert.Equal((word, null), ((string?)concept["token"], (string?)concept["image"]));
            Assert.Equal(("cat.pt", sha), ((string?)concept["imported"]!["file"], (string?)concept["imported"]!["sha256"]));
        }
    }

    [Fact]
    public void WordsOfFoldersAndFiles_AreToldApartByThePrefix()
    {
        Assert.Equal(ExitCodes.Done, Import("words", Cat).Code);
        var outcome = Generate("both", "<cat> and <cat-cat>", "--concepts", temp["words"], "--embedding", Cat);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("are called <cat-cat> here", outcome.Error);
    }

    [Theory]
    [InlineData(768, "has vectors of 768 values, which are for Stable Diffusion 1.x, but toybox takes 128;")]
    [InlineData(1024, "has vectors of 1024 values, which are for Stable Diffusion 2.x, but toybox takes 128;")]
    [InlineData(64, "has vectors of 64 values, but toybox takes 128;")]
    public void AnotherWidth_IsRefused_WithItsFamily(int width, string sentence)
    {
        var file = Pickle("wide.pt", new StoredVectors("<wide>", [width]));
        var import = Import("wide", file, "--model", TestFolders.Toybox);
        foreach (var outcome in new[] { Generate("wide", "<wide>", "--embedding", file), import })
        {
            Cli.AssertFailed(ExitCodes.Model, outcome);
            Assert.Contains($"<wide> of {file} {sentence}", outcome.Error);
        }
        Assert.False(Directory.Exists(temp["wide"]));
    }

    [Fact]
    public void AWordOfTheVocabulary_IsRefused_WithWhatToDo()
    {
        var outcome = Generate("known", "<|endoftext|>", "--embedding", $"{Cat}=<|endoftext|>");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("already in the vocabulary of toybox; give it another word.", outcome.Error);
    }

    [Fact]
    public void AnotherFile_IsAFaultyInput()
    {
        var outcome = Generate("lora", "<cat>", "--embedding", Pickle("lora.pt", new StoredVectors("lora_unet.lora_down.weight", [4, 8]),
            new StoredVectors("lora_unet.lora_up.weight", [4, 8])));
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains("is a LoRA", outcome.Error);
        Cli.AssertFailed(ExitCodes.Input, Import("lora", temp["lora.pt"]));
    }

    [Fact]
    public void AnImportedFolder_SaysWhatItIs_AndIsReplacedOnlyByAnImport()
    {
        var several = Pickle("learned.bin", new StoredVectors("<asset0>", [Width]), new StoredVectors("<Asset0>", [Width], 1));
        var outcome = Import("words", several, "--prefix", "toys", "--model", TestFolders.Toybox);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var folder = ConceptFolder.Open(temp["words"]);
        Assert.Equal(EmbeddingFile.Read(several).Words.SelectMany(word => word.Vectors), folder.Words.SelectMany(word => word.Vectors));
        var manifest = folder.Manifest;
        Assert.Equal(("toys", null, null, true), (manifest.Prefix, manifest.Image, manifest.Settings, manifest.Learned));
        Assert.StartsWith("sha256:", manifest.Model!.Hash);
        Assert.Equal(["asset0", "Asset0-2"], manifest.Concepts.Select(concept => concept.Name));
        Assert.All(manifest.Concepts, concept => Assert.Equal((null, null, "learned.bin"),
            (concept.Mask, concept.Coverage, concept.Imported!.File)));
        Cli.AssertFailed(ExitCodes.Usage, Import("words", several));
        Assert.Equal(ExitCodes.Done, Import("words", Cat, "--force").Code);
        Assert.Equal(["cat.safetensors"], Directory.GetFiles(temp["words/embeddings"]).Select(Path.GetFileName));
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("localize", Cli.Sample, "--output", temp["words"], "--force"));
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("extract", Cli.Sample, "--output", temp["words"], "--force"));
        Assert.True(File.Exists(temp["words/embeddings/cat.safetensors"]));
    }

    [Fact]
    public void TheModelOfAnImport_IsUsedWithoutBeingNamedAgain()
    {
        Assert.Equal(ExitCodes.Done, Import("words", Cat, "--model", TestFolders.Toybox).Code);
        var manifest = JsonNode.Parse(File.ReadAllText(temp["words/concepts.json"]))!;
        manifest["model"]!["path"] = temp["absent"];
        File.WriteAllText(temp["words/concepts.json"], manifest.ToJsonString());
        Cli.AssertFailed(ExitCodes.Model, Generate("drawn", "<cat>", "--concepts", temp["words"]));
    }

    [Fact]
    public void SettingsOfAnImport_AreNone() => Assert.Contains("has no settings", ImportedAsSettings().Error);

    Cli.Outcome ImportedAsSettings()
    {
        Import("words", Cat);
        return Cli.Run("localize", Cli.Sample, "--output", temp["out"], "--settings", temp["words/concepts.json"]);
    }

    [Theory]
    [InlineData("generate --output OUT")]
    [InlineData("generate --embedding CAT= --prompt x --output OUT")]
    [InlineData("generate --embedding =<cat> --prompt x --output OUT")]
    [InlineData("generate --embedding CAT=<a><b> --prompt x --output OUT")]
    [InlineData("generate --embedding CAT --prompt <dog> --output OUT")]
    [InlineData("concepts")]
    [InlineData("concepts import --output OUT")]
    [InlineData("concepts import CAT")]
    [InlineData("concepts import CAT --output OUT --prefix a<b")]
    public void WrongCommandLine_IsRefusedInOneSentence(string line)
    {
        var args = line.Replace("CAT", Cat).Replace("OUT", temp["out"]).Split(' ');
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run(args));
        Assert.False(Directory.Exists(temp["out"]));
    }

    Cli.Outcome Import(string output, string file, params IReadOnlyList<string> more) =>
        Cli.Run(["concepts", "import", file, "--output", temp[output], .. more]);

    Cli.Outcome Generate(string output, string prompt, params IReadOnlyList<string> more) => Cli.Run(
        ["generate", "--prompt", prompt, "--output", temp[output], "--steps", "2", "--width", "64", "--height", "32", "--threads", "2",
            .. more]);

    public void Dispose() => temp.Dispose();
}
