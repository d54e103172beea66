using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Attention;

// Shapes: B batch, H heads, N queries (grid cells), M keys (grid cells or text tokens), D channels per head

/// <summary>How attention is computed at one site. Swapping it is the only way to observe the UNet.</summary>
public interface IAttentionKernel
{
    /// <summary>softmax(Q Kᵀ / √D) V: (B,H,N,D), (B,H,M,D), (B,H,M,D) to (B,H,N,D).</summary>
    Tensor Attend(Tensor query, Tensor key, Tensor value);
}

/// <summary>Fused attention; the N x M matrix of weights never exists.</summary>
public sealed class FusedKernel : IAttentionKernel
{
    public static FusedKernel Instance { get; } = new();

    public Tensor Attend(Tensor query, Tensor key, Tensor value) =>
        nn.functional.scaled_dot_product_attention(query, key, value);
}

/// <summary>
/// Explicit attention, for training in bf16 on processors: there libtorch 2.10 goes backward through fused attention 2 to 20 times slower than through this.
/// </summary>
public sealed class ExplicitKernel : IAttentionKernel
{
    public static ExplicitKernel Instance { get; } = new();

    public Tensor Attend(Tensor query, Tensor key, Tensor value) => Weights(query, key).matmul(value);

    /// <summary>softmax(Q Kᵀ / √D), (B,H,N,M).</summary>
    internal static Tensor Weights(Tensor query, Tensor key) => (query * (1 / Math.Sqrt(query.shape[3]))).matmul(key.transpose(2, 3)).softmax(3);

    /// <summary>Lets every attention layer of a module compute explicitly.</summary>
    public static void UseIn(nn.Module module)
    {
        foreach (var layer in module.modules().OfType<CrossAttention>()) layer.Kernel = Instance;
    }
}

/// <summary>Explicit attention that hands its weights, (B,H,N,M), to a recorder. They keep their gradient.</summary>
public sealed class RecordingKernel(Action<Tensor> record) : IAttentionKernel
{
    public Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        var weights = ExplicitKernel.Weights(query, key);
        record(weights);
        return weights.matmul(value);
    }
}
