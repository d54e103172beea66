using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class StrictLoaderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    sealed class Layer : nn.Module
    {
        readonly Linear to_q = nn.Linear(3, 2, hasBias: false);
        readonly Conv2d conv = nn.Conv2d(3, 2, 1);
        readonly Tensor counts = zeros(2, dtype: ScalarType.Int64);

        public Layer() : base(nameof(Layer)) => RegisterComponents();

        public Tensor Query => to_q.weight;
        public Tensor Kernel => conv.weight;
        public Tensor Counts => counts;
    }

    SafeTensorsFile Stored(params (string Name, Tensor Tensor)[] tensors)
    {
        SafeTensorsWriter.Write(folder["w.safetensors"], tensors);
        return SafeTensorsFile.Open(folder["w.safetensors"]);
    }

    static (string, Tensor)[] Fitting() =>
    [
        ("to_q.weight", arange(6, dtype: ScalarType.Float16).view(2, 3)), ("conv.weight", ones(2, 3, 1, 1)), ("conv.bias", ones(2)),
        ("counts", tensor(new long[] { 3, 4 })),
    ];

    [Fact]
    public void Load_FillsParametersAndBuffers_ConvertingTheirType()
    {
        using var scope = NewDisposeScope();
        var layer = new Layer();
        using var weights = Stored(Fitting());
        StrictLoader.Load(layer, weights, "the layer");
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], layer.Query.data<float>().ToArray());
        Assert.Equal([3L, 4L], layer.Counts.data<long>().ToArray());
        Assert.True(layer.Query.requires_grad);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void Load_RefusesNumbersThatAreNotFinite_NamingTheTensorAsItIsStored(float number)
    {
        using var scope = NewDisposeScope();
        var tensors = Fitting();
        tensors[2].Item2 = tensor(new[] { 1, number });
        using var weights = Stored(tensors);
        var message = Assert.Throws<CheckpointException>(() => StrictLoader.Load(new Layer(), weights, "the layer")).Message;
        Assert.Contains("conv.bias", message);
        Assert.Contains("the layer", message);
        Assert.Contains("not finite", message);
    }

    [Fact]
    public void Load_TakesMatricesForConvolutionsOfOnePixel_AndTheReverse()
    {
        using var scope = NewDisposeScope();
        var layer = new Layer();
        var tensors = Fitting();
        tensors[0].Item2 = arange(6, dtype: ScalarType.Float32).view(2, 3, 1, 1);
        tensors[1].Item2 = arange(6, dtype: ScalarType.Float32).view(2, 3);
        using var weights = Stored(tensors);
        StrictLoader.Load(layer, weights, "the layer");
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], layer.Query.data<float>().ToArray());
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], layer.Kernel.flatten().data<float>().ToArray());
    }

    [Fact]
    public void Load_ThatDoesNotFit_NamesEveryCulprit_AndChangesNothing()
    {
        using var scope = NewDisposeScope();
        var layer = new Layer();
        var before = layer.Query.detach().clone();
        using var weights = Stored(("to_q.weight", ones(3, 2)), ("conv.bias", ones(2, 1)), ("counts", ones(2)), ("extra", ones(1)));
        var e = Assert.Throws<WeightMismatchException>(() => StrictLoader.Load(layer, weights, "the layer of a test"));

        Assert.Equal(["conv.weight"], e.Missing);
        Assert.Equal(["extra"], e.Unexpected);
        Assert.Equal(["conv.bias", "to_q.weight"], e.WrongShapes.Select(wrong => wrong.Name));
        Assert.Equal(
            "The weights do not fit the layer of a test: 1 tensor missing ('conv.weight'); 1 tensor unexpected ('extra'); " +
            "2 tensors of another shape ('conv.bias' is [2, 1] instead of [2], 'to_q.weight' is [3, 2] instead of [2, 3]); " +
            "use the weights that belong to this model's config.json.", e.Message);
        Assert.True(before.Equals(layer.Query));
    }

    [Fact]
    public void Load_ShowsOnlyTheFirstFewCulprits()
    {
        using var scope = NewDisposeScope();
        using var weights = Stored([.. Fitting(), .. Enumerable.Range(0, 9).Select(i => ($"extra{i}", ones(1)))]);
        var e = Assert.Throws<WeightMismatchException>(() => StrictLoader.Load(new Layer(), weights, "it"));
        Assert.Equal(9, e.Unexpected.Count);
        Assert.Contains("9 tensors unexpected ('extra0', 'extra1', 'extra2' and 6 more)", e.Message);
    }

    [Fact]
    public void Load_RenamesAndIgnores()
    {
        using var scope = NewDisposeScope();
        var layer = new Layer();
        var tensors = Fitting();
        tensors[0].Item1 = "query.weight";
        using var weights = Stored([.. tensors, ("text.position_ids", arange(3))]);
        StrictLoader.Load(layer, weights, "it", name => name.Replace("query", "to_q"), WeightNames.IsPositionIds);
        Assert.Equal(5f, layer.Query.max().item<float>());
    }

    [Fact]
    public void Load_RefusesOneTensorUnderTwoNames()
    {
        using var scope = NewDisposeScope();
        using var weights = Stored([.. Fitting(), ("query.weight", ones(2, 3))]);
        var e = Assert.Throws<CheckpointException>(() =>
            StrictLoader.Load(new Layer(), weights, "it", name => name.Replace("query", "to_q")));
        Assert.Contains("'query.weight'", e.Message);
        Assert.Contains("'to_q.weight'", e.Message);
    }

    [Theory]
    [InlineData("decoder.mid_block.attentions.0.query.weight", "decoder.mid_block.attentions.0.to_q.weight")]
    [InlineData("decoder.mid_block.attentions.0.key.bias", "decoder.mid_block.attentions.0.to_k.bias")]
    [InlineData("encoder.mid_block.attentions.0.value.weight", "encoder.mid_block.attentions.0.to_v.weight")]
    [InlineData("encoder.mid_block.attentions.0.proj_attn.bias", "encoder.mid_block.attentions.0.to_out.0.bias")]
    [InlineData("encoder.mid_block.attentions.0.to_out.0.bias", "encoder.mid_block.attentions.0.to_out.0.bias")]
    [InlineData("encoder.conv_in.weight", "encoder.conv_in.weight")]
    public void OldVaeAttentionNames_BecomePresentOnes(string old, string present) =>
        Assert.Equal(present, WeightNames.FromOldVaeAttention(old));
}
