using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Attention;

// Shapes: B batch, H heads, N queries (grid cells), M keys (grid cells or text tokens), D channels per head

/// <summary>Computes the attention of one layer. Replacing the kernel is the only way to observe the UNet.</summary>
interface IAttentionKernel
{
    /// <summary>Returns softmax(Q Kᵀ / √D) V, (B,H,N,D).</summary>
    /// <param name="query">Q, (B,H,N,D).</param>
    /// <param name="key">K, (B,H,M,D).</param>
    /// <param name="value">V, (B,H,M,D).</param>
    Tensor Attend(Tensor query, Tensor key, Tensor value);
}

/// <summary>Fused attention, which never stores the N x M matrix of weights.</summary>
sealed class FusedKernel : IAttentionKernel
{
    /// <summary>The kernel has no state, so one instance serves all layers.</summary>
    public static FusedKernel Instance { get; } = new();

    public Tensor Attend(Tensor query, Tensor key, Tensor value) =>
        nn.functional.scaled_dot_product_attention(query, key, value);
}

/// <summary>
/// Attention as separate matrix products. For training in bf16 on CPUs: there the backward pass of libtorch 2.10's fused attention is 2 to
/// 20 times slower.
/// </summary>
sealed class ExplicitKernel : IAttentionKernel
{
    /// <summary>The kernel has no state, so one instance serves all layers.</summary>
    public static ExplicitKernel Instance { get; } = new();

    public Tensor Attend(Tensor query, Tensor key, Tensor value) => Weights(query, key).matmul(value);

    /// <summary>Returns softmax(Q Kᵀ / √D), (B,H,N,M).</summary>
    internal static Tensor Weights(Tensor query, Tensor key) =>
        (query * (1 / Math.Sqrt(query.shape[3]))).matmul(key.transpose(2, 3)).softmax(3);

    /// <summary>Makes every attention layer of a module use this kernel.</summary>
    public static void UseIn(nn.Module module)
    {
        foreach (var layer in module.modules().OfType<CrossAttention>()) layer.Kernel = Instance;
    }
}

/// <summary>Explicit attention that passes its weights to a recorder.</summary>
/// <param name="record">Receives the weights, (B,H,N,M), with their gradient graph.</param>
sealed class RecordingKernel(Action<Tensor> record) : IAttentionKernel
{
    public Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        var weights = ExplicitKernel.Weights(query, key);
        record(weights);
        return weights.matmul(value);
    }
}
