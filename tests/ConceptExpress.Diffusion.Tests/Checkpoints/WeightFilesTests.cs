using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class WeightFilesTests : IDisposable
{
    const string Index = "diffusion_pytorch_model.safetensors.index.json";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    void Store(string file, params string[] names)
    {
        using var one = ones(2);
        SafeTensorsWriter.Write(folder[file], names.Select(name => (name, one)));
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors")]
    [InlineData("model.safetensors")]
    [InlineData("model.fp16.safetensors")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("diffusion_pytorch_model.bf16.safetensors")]
    public void Open_FindsTheUsualNames(string file)
    {
        Store(file, "a");
        using var weights = WeightFiles.Open(folder.Path);
        using var a = weights.Read("a");
        Assert.Equal(["a"], weights.Names);
        Assert.Equal([2], a.shape);
        Assert.Equal(folder[file], weights.Path);
    }

    [Fact]
    public void Open_PrefersFullPrecision()
    {
        Store("model.fp16.safetensors", "half");
        Store("model.safetensors", "full");
        using var weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["full"], weights.Names);
    }

    [Theory]
    [InlineData(null, "plain")]
    [InlineData("fp16", "fp16")]
    [InlineData("ema", "ema")]
    [InlineData("bf16", "plain")]
    public void Open_OfAVariant_TakesIt_OrWhatThereIs(string? variant, string expected)
    {
        Store("model.safetensors", "plain");
        Store("model.fp16.safetensors", "fp16");
        Store("model.ema.safetensors", "ema");
        using var weights = WeightFiles.Open(folder.Path, variant);
        Assert.Equal([expected], weights.Names);
        Assert.Equal(["ema", "fp16"], WeightFiles.VariantsIn(folder.Path));
        Assert.Equal(variant is "fp16" or "ema", weights.Is(variant ?? "none"));
    }

    [Fact]
    public void Open_OfOtherWeightsOnly_AsksForTheVariant()
    {
        Store("model.non_ema.safetensors", "a");
        folder.Write("model.safetensors.index.ema.json", """{"weight_map":{"a":"model-00001-of-00001.ema.safetensors"}}""");
        Store("model-00001-of-00001.ema.safetensors", "a");
        var message = Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message;
        Assert.Contains("ema, non_ema", message, StringComparison.Ordinal);
        using var weights = WeightFiles.Open(folder.Path, "ema");
        Assert.Equal(["a"], weights.Names);
    }

    [Fact]
    public void Open_PassesOverLinksThatLeadNowhere()
    {
        Store("model.safetensors", "a");
        File.CreateSymbolicLink(folder["model.fp16.safetensors"], "../../blobs/absent");
        using var weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["a"], weights.Names);
    }

    [Theory]
    [InlineData(Index)]
    [InlineData("model.safetensors.index.fp16.json")]
    public void Open_OfAnIndex_GivesTheTensorsOfAllShards_OpeningThemWhenNeeded(string index)
    {
        Store("one.safetensors", "a", "b");
        folder.Write(index, """
            {"metadata":{"total_size":1},"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"absent.safetensors"}}
            """);
        using var weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["a", "b", "c"], weights.Names.Order());
        using var b = weights.Read("b");
        Assert.Equal(2, b.sum().item<float>());
        Assert.Contains("absent.safetensors does not exist", Assert.Throws<CheckpointException>(() => weights["c"]).Message);
    }

    [Fact]
    public void Read_OfATensorThatItsShardLacks_NamesBoth()
    {
        Store("one.safetensors", "a");
        folder.Write(Index, """{"weight_map":{"b":"one.safetensors"}}""");
        using var weights = WeightFiles.Open(folder.Path);
        var message = Assert.Throws<CheckpointException>(() => weights.Read("b")).Message;
        Assert.Contains("one.safetensors", message);
        Assert.Contains("'b'", message);
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/../../outside.safetensors")]
    [InlineData("..\\\\outside.safetensors")]
    [InlineData("C:outside.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void Open_RefusesShardsOutsideTheFolder(string shard)
    {
        var index = folder.Write(Index, $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        var message = Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message;
        Assert.StartsWith(index, message);
        Assert.Contains("not a file beside it", message);
    }

    [Theory]
    [InlineData("""{"weight_map":7}""", "weight_map")]
    [InlineData("""{}""", "weight_map")]
    [InlineData("""[]""", "weight_map")]
    [InlineData("""{"weight_map":{"a":7}}""", "names no file")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""", "twice")]
    [InlineData("""{"weight_map":""", "not JSON")]
    public void Open_RefusesMalformedIndexes(string json, string fault)
    {
        var index = folder.Write(Index, json);
        var message = Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message;
        Assert.StartsWith(index, message);
        Assert.Contains(fault, message);
    }

    [Theory]
    [InlineData(null, "diffusion_pytorch_model.bin")]
    [InlineData(null, "pytorch_model.bin")]
    [InlineData("ema", "diffusion_pytorch_model.ema.bin")]
    public void Open_ReadsPickles_WhereThereIsNothingElse(string? variant, string file)
    {
        using var values = tensor([1f, 2, 3]);
        var row = new StoredRow(TorchFiles.StorageOf(values.dtype), "0", 3, values.bytes.ToArray());
        var pickle = folder.Write(file, TorchFiles.Zip(TorchFiles.Dict(("a", TorchFiles.Whole(row, [3]))), [row]));
        using (var weights = WeightFiles.Open(folder.Path, variant))
        {
            Assert.Equal(["a"], weights.Names);
            Assert.Equal([pickle], weights.Files);
            using var read = weights.Read("a");
            Assert.True(read.eq(values).all().item<bool>());
            if (variant is not null) Assert.True(weights.Is(variant));
        }
        Assert.Equal(variant is null ? [] : [variant], WeightFiles.VariantsIn(folder.Path));
        SafeTensorsWriter.Write(folder["diffusion_pytorch_model.fp16.safetensors"], [("b", values)]);
        using var both = WeightFiles.Open(folder.Path, variant);
        Assert.Equal([variant is null ? "b" : "a"], both.Names);
    }

    [Fact]
    public void Open_OfAPickleThatIsNone_NamesIt()
    {
        var path = folder.Write("diffusion_pytorch_model.bin", "pickle");
        Assert.Contains(path, Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message);
    }

    [Theory]
    [InlineData("model.pth")]
    [InlineData("model.ckpt")]
    public void Open_OfOtherPicklesOnly_AsksForSafetensors(string file)
    {
        folder.Write(file, "pickle");
        var message = Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message;
        Assert.Contains(file, message);
        Assert.Contains("safetensors", message);
    }

    [Fact]
    public void Open_OfAnEmptyOrMissingFolder_SaysWhatIsMissing()
    {
        var message = Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder.Path)).Message;
        Assert.Contains("diffusion_pytorch_model.safetensors", message);
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => WeightFiles.Open(folder["none"])).Message);
    }
}
