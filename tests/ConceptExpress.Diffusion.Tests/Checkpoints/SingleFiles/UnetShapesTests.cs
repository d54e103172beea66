using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>Configurations come back from names and shapes alone.</summary>
public sealed class UnetShapesTests
{
    static readonly UnstoredSizes Sizes = new() { UnetNormGroups = 2, UnetHeads = [2], VaeNormGroups = 2, UpcastAttention = false };

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void Infer_FindsEveryConfiguration_AndItsNames(int seed)
    {
        using var scope = NewDisposeScope();
        var config = SomeUnet(new Random(seed));
        using var module = new UNet2DConditionModel(config);
        var table = UnetNames.Of(config);
        var state = module.state_dict();
        var original = state.ToDictionary(pair => table.ToOriginal(pair.Key)!, pair => pair.Value.shape);
        Assert.Equal(state.Keys.Order(), original.Keys.Select(table.ToDiffusers).Order());
        var part = FilePart.Below(new NamedShapes(original), "", "UNet", _ => false);
        Assert.Equal(JsonSerializer.Serialize(config), JsonSerializer.Serialize(UnetShapes.Infer(part, Sizes, isVelocity: false)));
    }

    [Theory, InlineData(1, 1), InlineData(2, 3), InlineData(4, 2), InlineData(3, 1)]
    public void Infer_FindsTheAutoencoder(int levels, int layers)
    {
        using var scope = NewDisposeScope();
        var config = new VaeConfig
        {
            BlockOutChannels = [.. Enumerable.Range(1, levels).Select(level => 2L * level)],
            LayersPerBlock = layers,
            NormNumGroups = 2,
            LatentChannels = 3,
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", levels)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", levels)],
        };
        using var module = new AutoencoderKL(config);
        var table = VaeNames.Of(levels, layers);
        var original = module.state_dict().ToDictionary(pair => table.ToOriginal(pair.Key)!, pair => pair.Value.shape);
        var part = FilePart.Below(new NamedShapes(original), "", "autoencoder", _ => false);
        Assert.Equal(JsonSerializer.Serialize(config), JsonSerializer.Serialize(VaeShapes.Infer(part, Sizes)));
    }

    [Theory, InlineData(false, false, 64), InlineData(false, true, 64), InlineData(true, false, 64), InlineData(true, true, 96)]
    public void PublishedCheckpoints_NeedNoSizes(bool second, bool isVelocity, int grid)
    {
        var shapes = OriginalNames.Unet(320, [1, 2, 4, 4], 2, [0, 1, 2], second ? 1024 : 768, second);
        var part = FilePart.Below(new NamedShapes(shapes), "", "UNet", _ => false);
        var config = UnetShapes.Infer(part, new UnstoredSizes(), isVelocity).Validated("a file");
        Assert.Equal(JsonSerializer.Serialize(new UnetConfig
        {
            SampleSize = grid,
            CrossAttentionDim = [second ? 1024 : 768],
            AttentionHeads = second ? [5, 10, 20, 20] : [8],
            UseLinearProjection = second,
            UpcastAttention = second,
        }), JsonSerializer.Serialize(config));
    }

    [Theory, InlineData(24, 1024, 23), InlineData(23, 1024, 23), InlineData(3, 8, 2)]
    public void OpenClip_IsUsedWithoutItsLastLayer(int blocks, long width, int used)
    {
        var part = FilePart.Below(new NamedShapes(OriginalNames.OpenClip(blocks, width, 10, 77)), "", "text encoder", _ => false);
        Assert.Equal(used, TextShapes.InferOpenClip(part, new UnstoredSizes()).Layers);
    }

    static UnetConfig SomeUnet(Random random)
    {
        var levels = random.Next(1, 5);
        bool[] attends = [.. Enumerable.Range(0, levels).Select(_ => random.Next(2) == 0)];
        int[] layers = [.. Enumerable.Range(0, levels).Select(_ => random.Next(1, 4))];
        return new UnetConfig
        {
            SampleSize = 64,
            BlockOutChannels = [.. Enumerable.Range(0, levels).Select(_ => 4L * random.Next(1, 4))],
            DownBlockTypes = [.. attends.Select(attends => attends ? "CrossAttnDownBlock2D" : "DownBlock2D")],
            UpBlockTypes = [.. attends.Reverse().Select(attends => attends ? "CrossAttnUpBlock2D" : "UpBlock2D")],
            LayersPerBlock = layers.Distinct().Count() == 1 ? [layers[0]] : layers,
            CrossAttentionDim = [6],
            AttentionHeads = [2],
            TransformerLayersPerBlock = [random.Next(1, 3)],
            NormNumGroups = 2,
            UseLinearProjection = random.Next(2) == 0,
            UpcastAttention = false,
        };
    }
}
