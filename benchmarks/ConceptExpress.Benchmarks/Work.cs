using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Benchmarks;

/// <summary>Counts the operations of a forward pass, and measures how fast this machine multiplies matrices.</summary>
static class Work
{
    /// <summary>
    /// Floating-point operations of one UNet evaluation: two (multiply and add) per multiplication in convolutions, linear layers and
    /// attention.
    /// </summary>
    public static double OfUnet(UNet2DConditionModel unet, Tensor latent, Tensor timestep, TextConditioning text)
    {
        var operations = 0.0;
        var hooks = new List<Action>();
        foreach (var module in unet.modules())
        {
            if (module is not (Linear or Conv2d)) continue;
            var layer = (nn.Module<Tensor, Tensor>)module;
            var perOutput = 2.0 * layer.parameters().First().shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            var handle = layer.register_forward_hook((_, _, output) => { operations += perOutput * output.numel(); return output; });
            hooks.Add(() => handle.remove());
        }
        foreach (var layer in unet.AttentionLayers) layer.Kernel = new CountingKernel(n => operations += n);
        using (no_grad()) unet.call(latent, timestep, text).Dispose();
        foreach (var layer in unet.AttentionLayers) layer.Kernel = Diffusion.Attention.FusedKernel.Instance;
        foreach (var remove in hooks) remove();
        return operations;
    }

    /// <summary>Floating-point operations per second of a large matrix product: the best of five tries.</summary>
    public static double MatrixRate(ScalarType type, Device device)
    {
        const int Tries = 5;
        var onCuda = device.type == TorchSharp.DeviceType.CUDA;
        var side = onCuda ? 8192 : 2048; // smaller matrices do not keep a GPU busy
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "matrix rate");
        var (a, b) = (random.Normal([side, side], device).to(type), random.Normal([side, side], device).to(type));
        if (onCuda) cuda.synchronize();
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var watch = Stopwatch.StartNew();
            a.matmul(b).Dispose();
            if (onCuda) cuda.synchronize();
            if (watch.Elapsed < best) best = watch.Elapsed;
        }
        return 2.0 * side * side * side / best.TotalSeconds;
    }

    /// <summary>The median; of an even number of values, the upper of the two in the middle.</summary>
    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    sealed class CountingKernel(Action<double> count) : Diffusion.Attention.IAttentionKernel
    {
        public Tensor Attend(Tensor query, Tensor key, Tensor value)
        {
            count(4.0 * query.numel() * key.shape[2]);
            return Diffusion.Attention.FusedKernel.Instance.Attend(query, key, value);
        }
    }
}
