using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks;

// Shapes: B batch, H heads, N queries, M keys, D channels per head

/// <summary>
/// Multiplications (each with an addition) of the convolutions, linear layers and attention of a UNet with frozen weights. Norms and
/// activations are not counted.
/// </summary>
/// <param name="Forward">In one evaluation.</param>
/// <param name="Backward">In the backward pass to the text: for every operand that needs a gradient, as many as forward.</param>
sealed record UnetOperations(double Forward, double Backward)
{
    /// <summary>Counts them in one evaluation with these inputs; those that require a gradient get one.</summary>
    public static UnetOperations Of(UNet2DConditionModel unet, Tensor latent, Tensor timestep, TextConditioning text)
    {
        var (forward, backward) = (0.0, 0.0);
        void Count(double multiplications, int operandsWithGradient)
        {
            forward += multiplications;
            backward += multiplications * operandsWithGradient;
        }
        var undo = new List<Action>();
        foreach (var module in unet.modules())
        {
            if (module is not (Linear or Conv2d)) continue;
            var layer = (nn.Module<Tensor, Tensor>)module;
            var perOutput = (double)layer.parameters().First().shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            var hook = layer.register_forward_hook((_, _, output) =>
            {
                Count(perOutput * output.numel(), output.requires_grad ? 1 : 0); // the weights are frozen, so it comes from the input
                return output;
            });
            undo.Add(() => hook.remove());
        }
        foreach (var layer in unet.AttentionLayers)
        {
            var kernel = layer.Kernel;
            layer.Kernel = new CountingKernel(Count, kernel);
            undo.Add(() => layer.Kernel = kernel);
        }
        using (NewDisposeScope()) unet.call(latent, timestep, text);
        foreach (var restore in undo) restore();
        return new UnetOperations(forward, backward);
    }

    sealed class CountingKernel(Action<double, int> count, IAttentionKernel kernel) : IAttentionKernel
    {
        public Tensor Attend(Tensor query, Tensor key, Tensor value)
        {
            var each = (double)query.numel() * key.shape[2];
            var ofWeights = Convert.ToInt32(query.requires_grad) + Convert.ToInt32(key.requires_grad);
            count(each, ofWeights); // Q Kᵀ, (B,H,N,M)
            count(each, Math.Min(ofWeights, 1) + Convert.ToInt32(value.requires_grad)); // weights times V, (B,H,N,D)
            return kernel.Attend(query, key, value);
        }
    }
}
