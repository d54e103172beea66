using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, N tokens, E width, I inner width

/// <summary>
/// Self-attention, then a feed-forward network. Each has a layer norm before it, a factor per channel after it and a residual connection.
/// </summary>
sealed class Dinov2Layer : Module<Tensor, Tensor>
{
    readonly LayerNorm norm1, norm2;
    readonly DinoAttention attention;
    readonly LayerScale layer_scale1, layer_scale2;
    readonly Module<Tensor, Tensor> mlp;

    public Dinov2Layer(Dinov2Config config) : base(nameof(Dinov2Layer))
    {
        norm1 = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        attention = new DinoAttention(config.HiddenSize, config.Heads, config.HasAttentionBias);
        layer_scale1 = new LayerScale(config.HiddenSize);
        norm2 = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        mlp = config.IsGated ? new SwiGlu(config.HiddenSize, config.InnerWidth) : new GeluMlp(config.HiddenSize, config.InnerWidth);
        layer_scale2 = new LayerScale(config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>(B,N,E) to (B,N,E).</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = x + layer_scale1.call(attention.call(norm1.call(x)));
        return (x + layer_scale2.call(mlp.call(norm2.call(x)))).MoveToOuterDisposeScope();
    }
}

/// <summary>Multiplies every channel by a learned factor ("Going deeper with Image Transformers").</summary>
sealed class LayerScale : Module<Tensor, Tensor>
{
    readonly Parameter lambda1;

    public LayerScale(long width) : base(nameof(LayerScale))
    {
        lambda1 = Placement.Parameter(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x * lambda1;
}

/// <summary>A feed-forward network: two linear layers with the exact GELU between them.</summary>
sealed class GeluMlp : Module<Tensor, Tensor>
{
    readonly Linear fc1, fc2;

    public GeluMlp(long width, long innerWidth) : base(nameof(GeluMlp))
    {
        fc1 = new Linear(width, innerWidth);
        fc2 = new Linear(innerWidth, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return fc2.call(functional.gelu(fc1.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// A feed-forward network in which one half of the inner channels gates the other half ("GLU Variants Improve Transformer").
/// </summary>
sealed class SwiGlu : Module<Tensor, Tensor>
{
    const long Multiple = 8;

    readonly Linear weights_in, weights_out;

    /// <param name="width">E, the width of the tokens.</param>
    /// <param name="innerWidth">I, the inner width of a network without gates. This one uses two thirds of it, rounded up to a multiple of
    /// 8.</param>
    public SwiGlu(long width, long innerWidth) : base(nameof(SwiGlu))
    {
        var gated = (innerWidth * 2 / 3 + Multiple - 1) / Multiple * Multiple;
        weights_in = new Linear(width, 2 * gated);
        weights_out = new Linear(gated, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var halves = weights_in.call(x).chunk(2, 2);
        return weights_out.call(functional.silu(halves[0]) * halves[1]).MoveToOuterDisposeScope();
    }
}
