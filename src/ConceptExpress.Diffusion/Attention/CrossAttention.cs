using ConceptExpress.Diffusion.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Attention;

// Shapes: B batch, N queries, M keys, C channels, H heads

/// <summary>Multi-head attention of grid cells to each other or to a text. The kernel that computes it can be replaced.</summary>
sealed class CrossAttention : Module<Tensor, Tensor?, Tensor>
{
    readonly Linear to_q, to_k, to_v;
    readonly ModuleList<Module<Tensor, Tensor>> to_out;
    readonly long heads;
    readonly bool upcast;
    AttentionSite? site;

    /// <summary>Creates a layer with uninitialized weights.</summary>
    /// <param name="channels">C, channels of the input, the queries and the output.</param>
    /// <param name="contextChannels">Channels of the context that keys and values are computed from.</param>
    /// <param name="heads">Number of heads; divides <paramref name="channels"/>.</param>
    /// <param name="hasBias">
    /// Whether the projections to queries, keys and values have a bias (in the VAE they do, in the UNet they do not).
    /// </param>
    /// <param name="upcast">Compute the attention in fp32 if the weights have a smaller type (<c>upcast_attention</c>).</param>
    public CrossAttention(long channels, long contextChannels, long heads, bool hasBias = false, bool upcast = false)
        : base(nameof(CrossAttention))
    {
        (this.heads, this.upcast) = (heads, upcast);
        to_q = new Linear(channels, channels, hasBias);
        to_k = new Linear(contextChannels, channels, hasBias);
        to_v = new Linear(contextChannels, channels, hasBias);
        to_out = [new Linear(channels, channels)];
        RegisterComponents();
    }

    /// <summary>Computes the attention. A recorder replaces it to observe the layer.</summary>
    /// <value>The default is <see cref="FusedKernel"/>.</value>
    public IAttentionKernel Kernel { get; set; } = FusedKernel.Instance;

    /// <summary>Place of this layer in the UNet.</summary>
    /// <exception cref="InvalidOperationException">The layer is not part of a UNet.</exception>
    public AttentionSite Site => site ?? throw new InvalidOperationException("this attention layer is not part of a UNet");

    internal void PlaceAt(AttentionSite where) => site = where;

    /// <summary>Maps (B,N,C) to (B,N,C). The context is (B,M,C'), or null for self-attention.</summary>
    public override Tensor forward(Tensor x, Tensor? context)
    {
        using var scope = NewDisposeScope();
        context ??= x;
        var (query, key, value) = (Split(to_q.call(x)), Split(to_k.call(context)), Split(to_v.call(context)));
        if (upcast && query.element_size() < 4) (query, key, value) = (query.to(float32), key.to(float32), value.to(float32));
        var attended = Kernel.Attend(query, key, value).to(x.dtype);
        return to_out[0].call(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    Tensor Split(Tensor x) => x.unflatten(2, [heads, x.shape[2] / heads]).transpose(1, 2); // (B,N,C) -> (B,H,N,C/H)
}
