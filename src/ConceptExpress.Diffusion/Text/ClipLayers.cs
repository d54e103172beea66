using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M tokens of a text or patches of a picture, E width, H heads

/// <summary>What CLIP's layers are made by, which are the same in both of its towers but for the mask.</summary>
/// <param name="Layers">Their number.</param>
/// <param name="Width">E.</param>
/// <param name="InnerWidth">Width inside the feed-forward network.</param>
/// <param name="Heads">H, divides E.</param>
/// <param name="Activation">"quick_gelu" or "gelu".</param>
/// <param name="NormEpsilon">Of the layer norms.</param>
/// <param name="IsCausal">Whether a token attends only to itself and those before it, as in a text.</param>
public sealed record ClipLayerShape(
    int Layers, long Width, long InnerWidth, long Heads, string Activation, double NormEpsilon, bool IsCausal)
{
    /// <summary>The layers of a text tower.</summary>
    public static ClipLayerShape Of(ClipTextConfig config) => new(
        config.Layers, config.HiddenSize, config.IntermediateSize, config.Heads, config.Activation, config.NormEpsilon, IsCausal: true);
}

/// <summary>The stack of layers.</summary>
public sealed class ClipLayers : Module
{
    readonly ModuleList<ClipLayer> layers = [];

    public ClipLayers(ClipLayerShape shape) : base(nameof(ClipLayers))
    {
        for (var i = 0; i < shape.Layers; i++) layers.Add(new ClipLayer(shape));
        RegisterComponents();
    }

    /// <summary>The first layer's input (B,M,E), and every layer's output.</summary>
    public List<Tensor> HiddenStates(Tensor x)
    {
        var states = new List<Tensor> { x };
        foreach (var layer in layers) states.Add(layer.call(states[^1]));
        return states;
    }
}

/// <summary>Self-attention and a feed-forward network, each after a layer norm and added to its input.</summary>
public sealed class ClipLayer : Module<Tensor, Tensor>
{
    readonly LayerNorm layer_norm1, layer_norm2;
    readonly ClipAttention self_attn;
    readonly ClipMlp mlp;

    public ClipLayer(ClipLayerShape shape) : base(nameof(ClipLayer))
    {
        layer_norm1 = new LayerNorm(shape.Width, shape.NormEpsilon);
        self_attn = new ClipAttention(shape);
        layer_norm2 = new LayerNorm(shape.Width, shape.NormEpsilon);
        mlp = new ClipMlp(shape);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = x + self_attn.call(layer_norm1.call(x));
        return (x + mlp.call(layer_norm2.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>In a text every token attends to itself and those before it, padding included; in a picture to all.</summary>
public sealed class ClipAttention : Module<Tensor, Tensor>
{
    readonly Linear q_proj, k_proj, v_proj, out_proj;
    readonly long heads;
    readonly bool causal;

    public ClipAttention(ClipLayerShape shape) : base(nameof(ClipAttention))
    {
        (heads, causal) = (shape.Heads, shape.IsCausal);
        q_proj = new Linear(shape.Width, shape.Width);
        k_proj = new Linear(shape.Width, shape.Width);
        v_proj = new Linear(shape.Width, shape.Width);
        out_proj = new Linear(shape.Width, shape.Width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Split(q_proj.call(x)), Split(k_proj.call(x)), Split(v_proj.call(x)));
        var attended = functional.scaled_dot_product_attention(query, key, value, is_casual: causal);
        return out_proj.call(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    Tensor Split(Tensor x) => x.unflatten(2, [heads, x.shape[2] / heads]).transpose(1, 2); // (B,M,E) -> (B,H,M,E/H)
}

/// <summary>Two layers around CLIP's quick GELU or the exact one.</summary>
public sealed class ClipMlp : Module<Tensor, Tensor>
{
    readonly Linear fc1, fc2;
    readonly bool quick;

    public ClipMlp(ClipLayerShape shape) : base(nameof(ClipMlp))
    {
        quick = shape.Activation == "quick_gelu";
        fc1 = new Linear(shape.Width, shape.InnerWidth);
        fc2 = new Linear(shape.InnerWidth, shape.Width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = fc1.call(x);
        h = quick ? h * (h * 1.702).sigmoid() : functional.gelu(h);
        return fc2.call(h).MoveToOuterDisposeScope();
    }
}
