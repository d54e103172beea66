using ConceptExpress.Diffusion.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Attention;

// Shapes: B batch, N queries, M keys, C channels, H heads

/// <summary>Multi-head attention of grid cells to each other, or to a text. The kernel that computes it can be exchanged.</summary>
public sealed class CrossAttention : Module<Tensor, Tensor?, Tensor>
{
    readonly Linear to_q, to_k, to_v;
    readonly ModuleList<Module<Tensor, Tensor>> to_out;
    readonly long heads;
    readonly bool upcast;
    AttentionSite? site;

    /// <param name="channels">Width of the queries' side.</param>
    /// <param name="contextChannels">Width of the keys' side.</param>
    /// <param name="heads">Number of heads; divides <paramref name="channels"/>.</param>
    /// <param name="hasBias">Whether queries, keys and values have a bias (the VAE's do, the UNet's do not).</param>
    /// <param name="upcast">Compute in fp32 whatever the weights' type (<c>upcast_attention</c>).</param>
    public CrossAttention(long channels, long contextChannels, long heads, bool hasBias = false, bool upcast = false) : base(nameof(CrossAttention))
    {
        (this.heads, this.upcast) = (heads, upcast);
        to_q = new Linear(channels, channels, hasBias);
        to_k = new Linear(contextChannels, channels, hasBias);
        to_v = new Linear(contextChannels, channels, hasBias);
        to_out = [new Linear(channels, channels)];
        RegisterComponents();
    }

    /// <summary>Who computes the attention: fused, unless a recorder has taken the site over.</summary>
    public IAttentionKernel Kernel { get; set; } = FusedKernel.Instance;

    /// <summary>Where in the UNet this layer lies.</summary>
    /// <exception cref="InvalidOperationException">The layer is not part of a UNet.</exception>
    public AttentionSite Site => site ?? throw new InvalidOperationException("this attention layer is not part of a UNet");

    internal void PlaceAt(AttentionSite where) => site = where;

    /// <summary>(B,N,C) with context (B,M,C') or, for self-attention, null, to (B,N,C).</summary>
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
