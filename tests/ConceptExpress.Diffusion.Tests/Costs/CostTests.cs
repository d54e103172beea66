using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Costs;

/// <summary>Costs that are computed from configurations are those of the networks.</summary>
public sealed class CostTests : IDisposable
{
    readonly StableDiffusion model = StableDiffusion.Load(TestFolders.Toybox);

    public void Dispose() => model.Dispose();

    [Theory, InlineData(24), InlineData(13)]
    public void OperationsOfTheUnet_AreThoseOfItsLayers(int side)
    {
        using var scope = NewDisposeScope();
        var attention = 0.0;
        foreach (var layer in model.Unet.AttentionLayers) layer.Kernel = new Counting(count => attention += count);
        var context = zeros(1, model.PromptPositions, model.WordWidth);
        var layers = Counted(model.Unet,
            () => model.Unet.call(zeros(1, 4, side, side), zeros([1], dtype: int64), new TextConditioning(context)));
        var computed = UnetCost.Of(model.UnetConfig, side, model.PromptPositions).Operations;
        // The embedding of the timestep is not counted.
        Assert.InRange(computed / (layers + attention), 0.99, 1.001);
    }

    [Fact]
    public void OperationsOfTheAutoencoder_AreThoseOfItsLayers()
    {
        using var scope = NewDisposeScope();
        const int side = 96;
        var grid = (double)side / model.Downscale * side / model.Downscale;
        var attention = 4 * grid * grid * model.VaeConfig.BlockOutChannels[^1];
        var encoded = Counted(model.Vae, () => model.Vae.Encode(zeros(1, 3, side, side)));
        Assert.InRange(VaeCost.OfEncoding(model.VaeConfig, side).Operations / (encoded + attention), 0.99, 1.001);
        var decoded = Counted(model.Vae, () => model.Vae.Decode(zeros(1, 4, side / model.Downscale, side / model.Downscale)));
        Assert.InRange(VaeCost.OfDecoding(model.VaeConfig, side).Operations / (decoded + attention), 0.99, 1.001);
    }

    [Fact]
    public void AShape_IsReadWithoutWeights_AndHasTheSizesOfTheNetworks()
    {
        var shape = StableDiffusion.ShapeOf(TestFolders.Toybox, new CheckpointOptions());
        Assert.Equal(model.Shape.Parameters, shape.Parameters);
        Assert.Equal((model.TrainedResolution, model.PromptPositions), (shape.TrainedResolution, shape.Tokens));
        var bytes = new[] { "unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model" }
            .Sum(file => new FileInfo(Path.Combine(TestFolders.Toybox, $"{file}.safetensors")).Length);
        Assert.InRange(shape.WeightBytes(ComputePrecision.Fp32), 1.9 * bytes, 2.1 * bytes); // stored in half precision
    }

    [Fact]
    public void TheFullSize_IsAsMeasured()
    {
        // docs/experiments/0032: 0.80 TFLOP, 1.5 GB kept by a backward pass, 0.94 GB to encode and 1.7 GB to decode 512 pixels in fp32.
        var unet = UnetCost.Of(TrueCheckpoint.Unet(second: true), side: 64, tokens: 77);
        Assert.InRange(unet.Operations, 0.79e12, 0.82e12);
        Assert.InRange(4 * unet.Kept, 1.35e9, 1.65e9);
        Assert.InRange(4 * VaeCost.OfEncoding(TrueCheckpoint.Vae, 512).Live, 0.9e9, 1.2e9);
        Assert.InRange(4 * VaeCost.OfDecoding(TrueCheckpoint.Vae, 512).Live, 1.5e9, 1.9e9);
    }

    static double Counted(nn.Module network, Action evaluate)
    {
        var (operations, undo) = (0.0, new List<Action>());
        foreach (var layer in network.modules().Where(module => module is Linear or Conv2d).Cast<nn.Module<Tensor, Tensor>>())
        {
            var perOutput = 2.0 * layer.parameters().First().shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            var handle = layer.register_forward_hook((_, _, output) =>
            {
                operations += perOutput * output.numel();
                return output;
            });
            undo.Add(handle.remove);
        }
        using (no_grad()) evaluate();
        foreach (var remove in undo) remove();
        return operations;
    }

    sealed class Counting(Action<double> count) : IAttentionKernel
    {
        public Tensor Attend(Tensor query, Tensor key, Tensor value)
        {
            count(4.0 * query.numel() * key.shape[2]);
            return FusedKernel.Instance.Attend(query, key, value);
        }
    }
}
