using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Generated;

public sealed class PictureRecordTests
{
    static readonly PictureRecord Record = new(PictureRecord.CurrentSchema, "0.1.0",
        new ModelRecord("toybox", "embedded:toybox", "sha256:0123456789abcdef", "fp32"),
        new GenerationSettings
        {
            Prompt = "a photo of <asset0>",
            NegativePrompt = "blur",
            Width = 96,
            Height = 64,
            Seed = 5,
            Sampling = new SamplingSettings { Guidance = 4.5 }
        },
        [new PictureConcept("<asset0>", "<asset0>", "toys.png", "aa")]);

    [Fact]
    public void Parameters_AreInTheFormThatOtherProgramsRead() => Assert.Equal(
        "a photo of asset0\nNegative prompt: blur\nSteps: 50, Sampler: DDIM, CFG scale: 4.5, Seed: 5, Size: 96x64, "
        + "Model hash: 0123456789, Model: toybox, Version: ConceptExpress 0.1.0",
        Record.Texts()[PictureRecord.ParametersKeyword]);

    [Fact]
    public void Record_ReadsBackAsItWasWritten()
    {
        using var temp = new TemporaryFolder();
        var written = Record with { Machine = new PictureMachine("cpu", 3) };
        var read = PictureRecord.Read(Write(temp, written.Texts()));
        Assert.Equal(written.Settings, read.Settings);
        Assert.Equal(written.Concepts, read.Concepts);
        Assert.Equal(written.Model, read.Model);
        Assert.Equal(written.Machine, read.Machine);
    }

    [Fact]
    public void ARecordOfSchema2_WasPlain()
    {
        using var temp = new TemporaryFolder();
        var json = JsonNode.Parse(Record.Texts()[PictureRecord.JsonKeyword])!;
        json["schema"] = "conceptexpress/picture@2";
        json["settings"]!.AsObject().Remove("syntax");
        var read = PictureRecord.Read(Write(temp, new Dictionary<string, string> { [PictureRecord.JsonKeyword] = json.ToJsonString() }));
        Assert.Equal(PromptSyntax.Plain, read.Settings.Syntax);
        Assert.Null(read.Machine);
    }

    [Theory]
    [InlineData(PictureRecord.ParametersKeyword, "a cat\nSteps: 20", "was drawn by another program")]
    [InlineData("Comment", "a cat", "does not say how it was drawn")]
    [InlineData(PictureRecord.JsonKeyword, "{", "is not valid")]
    [InlineData(PictureRecord.JsonKeyword, "null", "schema ''")]
    [InlineData(PictureRecord.JsonKeyword, "{\"schema\":\"conceptexpress/picture@9\"}", "is not valid")]
    public void APictureWithoutARecord_IsRefused_WithWhatItIs(string keyword, string text, string sentence)
    {
        using var temp = new TemporaryFolder();
        var path = Write(temp, new Dictionary<string, string> { [keyword] = text });
        var message = Assert.Throws<ImageException>(() => PictureRecord.Read(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains(sentence, message);
    }

    [Fact]
    public void WhatIsNoPng_IsRefused()
    {
        using var temp = new TemporaryFolder();
        File.WriteAllText(temp["a.png"], "not a picture");
        Assert.Contains("is not a PNG file", Assert.Throws<ImageException>(() => PictureRecord.Read(temp["a.png"])).Message);
        Assert.Contains("does not exist", Assert.Throws<ImageException>(() => PictureRecord.Read(temp["b.png"])).Message);
    }

    static string Write(TemporaryFolder temp, IReadOnlyDictionary<string, string> texts)
    {
        PngFile.Write(temp["picture.png"], new RgbImage(new PixelSize { Width = 1, Height = 1 }, new byte[3]), texts);
        return temp["picture.png"];
    }
}
