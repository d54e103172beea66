using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;

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
        "a photo of <asset0>\nNegative prompt: blur\nSteps: 50, Sampler: DDIM, CFG scale: 4.5, Seed: 5, Size: 96x64, "
        + "Model hash: 0123456789, Model: toybox, Version: ConceptExpress 0.1.0",
        Record.Texts()[PictureRecord.ParametersKeyword]);

    [Fact]
    public void Json_ReadsBackAsItWasWritten()
    {
        var read = JsonSerializer.Deserialize<PictureRecord>(Record.Texts()[PictureRecord.JsonKeyword], LibraryJson.Compact)!;
        Assert.Equal(Record.Settings, read.Settings);
        Assert.Equal(Record.Concepts, read.Concepts);
        Assert.Equal(Record.Model, read.Model);
    }
}
