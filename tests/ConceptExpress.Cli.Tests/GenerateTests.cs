using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Tests;

public sealed class GenerateTests(ExtractionFixture extraction)
{
    [Fact]
    public void Generate_DrawsPicturesThatTellHowTheyWereMade()
    {
        var folder = extraction.Path("drawn");
        var prompt = $"a photo of {string.Join(" and ", extraction.Words)}";
        var outcome = Generate(folder, prompt, "--count", "2", "--seed", "3", "--sampler", "dpm++");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Equal([ResultNames.Grid, ResultNames.Picture(0), ResultNames.Picture(1)], Directory.GetFiles(folder).Select(Path.GetFileName)
            .Order());
        var texts = PngText.Read(File.ReadAllBytes(Path.Combine(folder, ResultNames.Picture(1))));
        Assert.StartsWith($"{prompt.Replace("<", "").Replace(">", "")}\nSteps: 2, Sampler: DPM++ 2M, Schedule type: Uniform, "
            + "CFG scale: 7.5, Seed: 4, Size: 64x32,", texts[PictureRecord.ParametersKeyword]);
        Assert.Contains(prompt.Replace("<", "embedding:").Replace(">", ""), texts[PictureRecord.GraphKeyword]);
        Assert.Equal(4, (long)JsonNode.Parse(texts[PictureRecord.JsonKeyword])!["settings"]!["seed"]!);
        var picture = ImageReader.Read(Path.Combine(folder, ResultNames.Picture(0)));
        Assert.Equal((64, 32), (picture.Width, picture.Height));
        Assert.Equal(folder, (string?)JsonNode.Parse(outcome.Output)!["output"]);
    }

    [Fact]
    public void TheSameSeed_DrawsTheSameBytes_AndAnotherDoesNot()
    {
        Assert.Equal(ExitCodes.Done, Generate(extraction.Path("pair"), "<asset0>", "--count", "2", "--seed", "3").Code);
        Assert.Equal(ExitCodes.Done, Generate(extraction.Path("second"), "<asset0>", "--seed", "4").Code);
        byte[] Picture(string folder, int index) => File.ReadAllBytes(extraction.Path($"{folder}/{ResultNames.Picture(index)}"));
        Assert.Equal(Picture("pair", 1), Picture("second", 0));
        Assert.NotEqual(Picture("pair", 0), Picture("pair", 1));
    }

    [Theory]
    [InlineData("a photo of <asset7>")]
    [InlineData("a photo of <asset0> and <teapot>")]
    public void UnknownWord_IsRefused_NamingTheKnownOnes(string prompt)
    {
        var outcome = Generate(extraction.Path("unknown"), prompt);
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains(string.Join(", ", extraction.Words), outcome.Error);
        Assert.False(Directory.Exists(extraction.Path("unknown")));
    }

    [Fact]
    public void TwoFoldersWithTheSameWords_AreToldApartByThePrefix()
    {
        var outcome = Generate(extraction.Path("both"), "<toybox-01-asset0> and <toybox-012-asset0>", "--concepts", extraction.Folder);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Equal(2, JsonNode.Parse(outcome.Output)!["first"]!["concepts"]!.AsArray().Count);
        Assert.Contains("are called <toybox-012-asset0>", outcome.Error);
    }

    [Fact]
    public void LongPrompt_HasChunks_AndIsCutOffWithAWarningIfItIsPlain()
    {
        var prompt = string.Join(" and ", Enumerable.Repeat("<asset0>", 40));
        var outcome = Generate(extraction.Path("long"), prompt);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("the prompt has 3 chunks of at most 38 tokens.", outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error);
        Assert.Contains("warning: the prompt exceeds", Generate(extraction.Path("cut"), prompt, "--syntax", "plain").Error);
    }

    [Fact]
    public void WithoutWords_APlainPromptIsDrawn_AndAWordIsRefused()
    {
        string[] Arguments(string output, string prompt) => ["generate", "--prompt", prompt, "--output", extraction.Path(output), "--steps",
            "1", "--width", "32", "--height", "32", "--threads", "2"];
        var outcome = Cli.Run(Arguments("wordless", "a red car"));
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error);
        Assert.Equal("toybox", PictureRecord.Read(extraction.Path($"wordless/{ResultNames.Picture(0)}")).Model.Name);
        outcome = Cli.Run(Arguments("worded", "a <cat>"));
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("the prompt has <cat>, but no words are given", outcome.Error);
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("generate", "--output", extraction.Path("promptless")));
    }

    [Theory]
    [InlineData("embedding:asset7", "no concept is called <asset7>")]
    [InlineData("<asset0> AND a car", "'AND'")]
    [InlineData("[<asset0>:a car:0.5]", "prompt editing")]
    [InlineData("<lora:x:1> <asset0>", "'<lora:x:1>'")]
    public void WhatIsNotSupported_IsRefused_BeforeTheWork(string prompt, string sentence)
    {
        var outcome = Generate(extraction.Path("unsupported"), prompt);
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains(sentence, outcome.Error);
        Assert.DoesNotContain("Load", outcome.Error);
    }

    [Fact]
    public void EmbeddingNames_DrawWhatWordsDraw()
    {
        Assert.Equal(ExitCodes.Done, Generate(extraction.Path("angled"), "a photo of (<asset0>:1.2), red").Code);
        Assert.Equal(ExitCodes.Done, Generate(extraction.Path("named"), "a photo of (embedding:asset0:1.2), red").Code);
        byte[] Picture(string folder) => File.ReadAllBytes(extraction.Path($"{folder}/{ResultNames.Picture(0)}"));
        Assert.Equal(Picture("angled"), Picture("named"));
    }

    [Fact]
    public void PromptWithoutAWord_IsDrawnWithAWarning_ThatSpellsOne()
    {
        var outcome = Generate(extraction.Path("plain"), "a photo of asset0", "--negative", "", "--sampler", "pndm");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("warning: the prompt holds no concept's word", outcome.Error);
        Assert.Contains(extraction.Words[0], outcome.Error);
        Assert.Contains("Draw: 3/3", outcome.Error); // of two steps pndm evaluates one twice
    }

    [Fact]
    public void StepsBeyondTheSampler_AreRefused_WithTheMostThatWorks()
    {
        var outcome = Generate(extraction.Path("beyond"), "<asset0>", "--sampler", "dpm++", "--steps", "1000");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("999", outcome.Error);
    }

    [Theory]
    [InlineData("a photo of <asset0> and asset0-like <Asset0>", "'<Asset0>'")]
    [InlineData("a photo of < asset0 >", "'< asset0 >'")]
    public void WhatIsNearlyAWord_IsWarnedOf(string prompt, string written)
    {
        var outcome = Generate(extraction.Path($"near{written.Length}"), prompt);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains($"warning: {written} in the prompt is not the concept's word; write <toybox-01-asset0>.", outcome.Error);
    }

    [Fact]
    public void AFolderThatAManifestNames_IsNotFollowedBlindly()
    {
        Edit("moved", manifest =>
        {
            manifest["model"]!["path"] = ConceptExpress.Testing.TestFolders.Toybox;
            manifest["model"]!["hash"] = "sha256:" + new string('0', 64);
        });
        var outcome = Cli.Run("generate", "--concepts", extraction.Path("moved"), "--prompt", "<asset0>", "--steps", "1", "--output",
            extraction.Path("moved-drawn"));
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains("holds another checkpoint", outcome.Error);
        var named = Cli.Run("generate", "--concepts", extraction.Path("moved"), "--prompt", "<asset0>", "--steps", "1", "--output",
            extraction.Path("moved-drawn"), "--model", ConceptExpress.Testing.TestFolders.Toybox);
        Assert.True(named.Code == ExitCodes.Done, named.Error);
        Assert.Contains("warning: the words of", named.Error);
    }

    [Fact]
    public void AnotherModel_IsWarnedOf()
    {
        Edit("elsewhere", manifest => manifest["model"]!["hash"] = "sha256:" + new string('0', 64));
        var outcome = Cli.Run("generate", "--concepts", extraction.Path("elsewhere"), "--prompt", "<asset0>", "--steps", "1", "--output",
            extraction.Path("elsewhere-drawn"));
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("warning: the words of", outcome.Error);
    }

    [Fact]
    public void ModelThatIsGone_IsRefused()
    {
        Edit("gone", manifest => manifest["model"]!["path"] = extraction.Path("no-such-model"));
        Cli.AssertFailed(ExitCodes.Model,
            Cli.Run("generate", "--concepts", extraction.Path("gone"), "--prompt", "<asset0>", "--output", extraction.Path("gone-drawn")));
    }

    [Theory]
    [InlineData("<|endoftext|>")]
    [InlineData("<|startoftext|>")]
    public void AWordThatTheCheckpointKnows_IsRefused_NamingBoth(string word)
    {
        var folder = $"known{word.Length}";
        Edit(folder, manifest => manifest["concepts"]![0]!["token"] = word);
        var outcome = Cli.Run("generate", "--concepts", extraction.Path(folder), "--prompt", $"a photo of {word}", "--steps", "1",
            "--output", extraction.Path($"{folder}-drawn"));
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains($"{ResultNames.Manifest} has the word {word}", outcome.Error);
        Assert.False(Directory.Exists(extraction.Path($"{folder}-drawn")));
    }

    [Fact]
    public void EmbeddingOfAnotherWidth_IsRefused()
    {
        Edit("wide", _ => { });
        var folder = extraction.Path("wide");
        var manifest = ConceptFolder.ReadManifest(folder);
        EmbeddingWriter.Write(Path.Combine(folder, manifest.Concepts[0].Embedding!), new ConceptWord("<asset0>", [new float[768]]),
            new Dictionary<string, string>());
        var outcome = Cli.Run("generate", "--concepts", folder, "--prompt", "<asset0>", "--output", extraction.Path("wide-drawn"));
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains("768", outcome.Error);
    }

    Cli.Outcome Generate(string output, string prompt, params IReadOnlyList<string> more) => Cli.Run(
        ["generate", "--concepts", extraction.Folder, "--prompt", prompt, "--output", output, .. more.Contains("--steps")
            ? []
            : (string[])["--steps", "2"], "--width", "64", "--height", "32", "--threads", "2", "--json", .. more]);

    /// <summary>A copy of the extraction's folder with a changed manifest.</summary>
    void Edit(string copy, Action<JsonNode> change)
    {
        foreach (var file in Directory.GetFiles(extraction.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(extraction.Path(copy), Path.GetRelativePath(extraction.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(extraction.Path(copy), ResultNames.Manifest)))!;
        change(manifest);
        File.WriteAllText(Path.Combine(extraction.Path(copy), ResultNames.Manifest), manifest.ToJsonString());
    }
}
