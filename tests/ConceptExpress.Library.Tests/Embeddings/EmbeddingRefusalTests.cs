using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Library.Tests.Embeddings;

/// <summary>What is no embedding file is refused by what it is, in one sentence that names the file.</summary>
public sealed class EmbeddingRefusalTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public static TheoryData<string, string[], long[]> Others => new()
    {
        { "LoRA", ["lora_unet_down.lora_down.weight", "lora_unet_down.lora_up.weight"], [4, 8] },
        {
            "a whole checkpoint", ["model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.encoder.conv_in.weight"],
            [8, 4, 3, 3]
        },
        { "autoencoder", ["encoder.down.0.block.0.conv1.weight", "decoder.up.0.block.0.conv1.weight"], [8, 8, 3, 3] },
        { "text encoder", ["text_model.embeddings.token_embedding.weight", "text_model.final_layer_norm.weight"], [4, 8] },
        { "ControlNet", ["control_model.input_blocks.0.0.weight", "control_model.zero_convs.0.0.weight"], [8, 4, 3, 3] },
        { "T5", ["clip_l", "t5xxl"], [1, 8] },
        { "T5", ["t5"], [1, 8] },
        { "T5", ["bundle_emb.cat.clip_l", "bundle_emb.cat.t5"], [1, 8] },
        { "output of a text encoder", ["emp_params_out"], [1, 8] },
        { "bundles an embedding without vectors", ["bundle_emb.cat.clip_l_out"], [1, 8] },
        { "not an embedding file that is known here: it has 2 tensors (the first is 'cat')", ["cat", "dog"], [8] },
        { "not all words in angle brackets", ["<cat>", "dog"], [8] },
        { "[8, 4, 3, 3]", ["<cat>"], [8, 4, 3, 3] },
        { "[1001, 8]", ["<cat>"], [1001, 8] },
        { "[16385]", ["<cat>"], [16385] },
        { "[0, 8]", ["<cat>"], [0, 8] },
        { "[]", ["<cat>"], [] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void AnotherFile_IsRefusedByWhatItIs(string what, string[] names, long[] shape)
    {
        foreach (var container in EmbeddingFiles.Containers)
            Assert.Contains(what, Refusal(EmbeddingFiles.Write(container, temp["a.bin"],
                [.. names.Select(name => new StoredVectors(name, shape))])));
    }

    [Fact]
    public void TheRowsOfTwoEncoders_AreAsMany() => Assert.Contains("1 and 2 vectors",
        Refusal(EmbeddingFiles.Write("zip", temp["a.pt"], [new("clip_l", [1, 4]), new("clip_g", [2, 4])])));

    [Fact]
    public void NumbersThatAreWhole_AreNoVectors() =>
        Assert.Contains("Int64", Refusal(EmbeddingFiles.Write("zip", temp["a.pt"], [new("<cat>", [4], 0, ScalarType.Int64)])));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ValuesThatAreNotFinite_AreRefused_NamingTheTensor(float value)
    {
        var tensors = new[] { new StoredVectors("<cat>", [2, 4]), new StoredVectors("<dog>", [2, 4], value) };
        foreach (var container in EmbeddingFiles.Containers)
            Assert.Contains("not finite in its tensor '<dog>'", Refusal(EmbeddingFiles.Write(container, temp["a"], tensors)));
    }

    [Fact]
    public void TooManyWords_AreRefused() => Assert.Contains("1001 words",
        Refusal(EmbeddingFiles.Write("safetensors", temp["a"],
            [.. Enumerable.Range(0, 1001).Select(i => new StoredVectors($"<asset{i}>", [2]))])));

    [Fact]
    public void APickleThatAsksForMore_IsRefused_AndNothingIsRun()
    {
        var path = temp.Write("a.pt", TorchFiles.Zip(
            TorchFiles.Dict(("<cat>", new StoredCall(new("os", "system"), [$"touch {temp["ran"]}"]))), []));
        Assert.Contains("'os.system'", Refusal(path));
        Assert.False(File.Exists(temp["ran"]));
    }

    [Fact]
    public void APickleThatRepeatsATensorEndlessly_IsRefused()
    {
        var row = TorchFiles.Floats("0", 4);
        object level = TorchFiles.Whole(row, 4);
        for (var depth = 0; depth < 4; depth++) level = Enumerable.Repeat((object?)level, 20).ToList();
        Assert.Contains("more than 20000 tensors", Refusal(temp.Write("a.pt", TorchFiles.Zip(TorchFiles.Dict(("<cat>", level)), [row]))));
    }

    [Fact]
    public void ATensorNamedTwice_IsRefused()
    {
        var row = TorchFiles.Floats("0", 4);
        var tensor = TorchFiles.Whole(row, 4);
        var root = TorchFiles.Dict(("string_to_param.*", tensor), ("string_to_param", TorchFiles.Dict(("*", tensor))));
        Assert.Contains("two tensors", Refusal(temp.Write("a.pt", TorchFiles.Zip(root, [row]))));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git-LFS")]
    [InlineData("<!DOCTYPE html><html></html>", "web page")]
    [InlineData("", "is empty")]
    [InlineData("a plain text", "neither a safetensors file nor one of torch.save")]
    public void WhatDownloadsLeaveBehind_IsRefused(string content, string what) =>
        Assert.Contains(what, Refusal(temp.Write("a.safetensors", Encoding.UTF8.GetBytes(content))));

    [Fact]
    public void WhatIsNotThere_IsRefused()
    {
        Assert.Contains("does not exist", Refusal(temp["absent.pt"]));
        Assert.Contains("is a folder", Refusal(temp.Path));
        Assert.Contains("no tensors", Refusal(EmbeddingFiles.Write("safetensors", temp["none"], [])));
    }

    static string Refusal(string path)
    {
        var message = Assert.Throws<EmbeddingException>(() => EmbeddingFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.EndsWith(".", message);
        return message;
    }

    public void Dispose() => temp.Dispose();
}
