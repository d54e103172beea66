using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Training;
using ConceptExpress.Toybox.Training.Stages;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Tests.Training;

public sealed class GrowthTests : IDisposable
{
    static readonly Placing Here = new(CPU, ComputePrecision.Fp32);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // A level more, at the finer end: "down_blocks.1" of the larger model is "down_blocks.0" of the smaller one.
    [Theory, InlineData("unet", "down_blocks.1.", "down_blocks.0."), InlineData("unet", "mid_block.", "mid_block."),
     InlineData("unet", "up_blocks.1.", "up_blocks.1."), InlineData("unet", "time_embedding.", "time_embedding."),
     InlineData("text_encoder", "text_model.encoder.", "text_model.encoder.")]
    public void TheLevels_KeepTheirNumberOfCells(string part, string here, string there)
    {
        var (grown, old) = Grown();
        var inner = grown.Keys.Where(name => name.StartsWith($"{part}.{here}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(inner);
        Assert.All(inner, name =>
            Assert.Equal(old[name.Replace($"{part}.{here}", $"{part}.{there}", StringComparison.Ordinal)], grown[name]));
    }

    [Fact]
    public void Words_KeepTheirVectors_InAnotherVocabulary()
    {
        var (grown, old) = Grown();
        const string table = "text_encoder.text_model.embeddings.token_embedding.weight";
        var (small, large) = (Architecture.Open(folder["small"]), Architecture.Open(folder["large"]));
        float[] Row(float[] values, Architecture of, string word) =>
            values.AsSpan((int)of.Tokenizer.Encode(word).Ids[1] * (int)of.Text.HiddenSize, (int)of.Text.HiddenSize).ToArray();
        Assert.NotEqual(small.Tokenizer.VocabularySize, large.Tokenizer.VocabularySize);
        Assert.All(ToyWords.All, word => Assert.Equal(Row(old[table], small, word), Row(grown[table], large, word)));
        Assert.All(ToyWords.Plurals, word => Assert.Equal(2, large.Tokenizer.Encode(word).EndOfText));
    }

    [Fact]
    public void WhatTheSmallerModelLacks_IsFilled()
    {
        var (grown, _) = Grown();
        Assert.All(grown.Values.SelectMany(values => values), value => Assert.True(Math.Abs(value) < 10));
        Assert.Contains(grown["unet.down_blocks.0.resnets.0.conv1.weight"], value => value != 0);
    }

    [Fact]
    public void AModelOfTheSameSize_IsReadWhole()
    {
        Saved("toybox", "small");
        Architecture.LayOut("toybox", folder["same"]);
        File.Delete(folder["small/unet/diffusion_pytorch_model.safetensors"]);
        using var replica = new DiffusionReplica(Architecture.Open(folder["same"]), Here);
        using var random = new RandomStream(2, "test");
        Assert.Throws<CheckpointException>(() => new Growth(folder["small"], folder["same"]).Fill("unet", replica.Unet, random));
    }

    [Fact]
    public void ACheckpointThatHasTensorsWithoutAPlace_IsRefused_AndTheTensorNamed()
    {
        Saved("toybox-256", "large");
        Architecture.LayOut("toybox", folder["smaller"]);
        using var replica = new DiffusionReplica(Architecture.Open(folder["smaller"]), Here);
        using var random = new RandomStream(2, "test");
        var failure = Assert.Throws<CheckpointException>(
            () => new Growth(folder["large"], folder["smaller"]).Fill("unet", replica.Unet, random));
        Assert.Contains("down_blocks.0.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointWithoutATokenizer_IsRefused()
    {
        Saved("toybox", "small");
        File.Delete(folder["small/tokenizer/vocab.json"]);
        Architecture.LayOut("toybox-256", folder["large"]);
        Assert.Contains("vocab.json",
            Assert.Throws<CheckpointException>(() => new Growth(folder["small"], folder["large"])).Message, StringComparison.Ordinal);
    }

    (Dictionary<string, float[]> Grown, Dictionary<string, float[]> Old) Grown()
    {
        var old = Saved("toybox", "small");
        var architecture = Architecture.LayOut("toybox-256", folder["large"]);
        using var replica = new DiffusionReplica(architecture, Here);
        using (no_grad())
            foreach (var parameter in replica.Modules.SelectMany(part => part.Module.parameters())) parameter.fill_(1e30);
        using var random = new RandomStream(2, "test");
        var growth = new Growth(folder["small"], folder["large"]);
        foreach (var (name, module) in replica.Modules) growth.Fill(name, module, random);
        return (Values(replica), old);
    }

    Dictionary<string, float[]> Saved(string architecture, string name)
    {
        using var scope = NewDisposeScope();
        using var replica = new DiffusionReplica(Architecture.LayOut(architecture, folder[name]), Here);
        using var random = new RandomStream(1, "test");
        foreach (var (_, module) in replica.Modules) Initialisation.Fill(module, random);
        var parameters = new FlatParameters(replica.Modules);
        // Values that fp16 holds, so that reading gives the same ones.
        var values = parameters.Read().to(float16).to(float32);
        parameters.Write(values);
        foreach (var (part, _) in replica.Modules) CheckpointPart.Write(folder[name], part, parameters, values);
        return Values(replica);
    }

    static Dictionary<string, float[]> Values(Replica replica)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return replica.Modules
            .SelectMany(part => part.Module.named_parameters().Select(item => (Name: $"{part.Name}.{item.name}", item.parameter)))
            .ToDictionary(item => item.Name, item => item.parameter.flatten().data<float>().ToArray());
    }
}
