using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M tokens of a text or patches of a picture, E width, H heads

/// <summary>Shape of CLIP's transformer layers. Both towers, text and image, use the same layers; only the mask differs.</summary>
/// <param name="Layers">Number of layers.</param>
/// <param name="Width">E, width of the hidden states.</param>
/// <param name="InnerWidth">Width inside the feed-forward network.</param>
/// <param name="Heads">H, number of heads; divides E.</param>
/// <param name="Activation">Activation of the feed-forward network: "quick_gelu" or "gelu" (exact).</param>
/// <param name="NormEpsilon">Epsilon of the layer norms.</param>
/// <param name="IsCausal">Whether a token attends only to itself and earlier tokens, as in the text tower.</param>
sealed record ClipLayerShape(
    int Layers, long Width, long InnerWidth, long Heads, string Activation, double NormEpsilon, bool IsCausal)
{
    /// <summary>Returns the shape of a text tower's layers.</summary>
    public static ClipLayerShape Of(ClipTextConfig config) => new(
        config.Layers, config.HiddenSize, config.IntermediateSize, config.Heads, config.Activation, config.NormEpsilon, IsCausal: true);
}

/// <summary>The stack of a tower's layers.</summary>
sealed class ClipLayers : Module
{
    readonly ModuleList<ClipLayer> layers = [];

    public ClipLayers(ClipLayerShape shape) : base(nameof(ClipLayers))
    {
        for (var i = 0; i < shape.Layers; i++) layers.Add(new ClipLayer(shape));
        RegisterComponents();
    }

    /// <summary>Returns the first layer's input and every layer's output: 1 + layers tensors (B,M,E).</summary>
    public List<Tensor> HiddenStates(Tensor x)
    {
        var states = new List<Tensor> { x };
        foreach (var layer in layers) states.Add(layer.call(states[^1]));
        return states;
    }
}

/// <summary>One layer: self-attention, then a feed-forward network. Each follows a layer norm and is added to its input.</summary>
sealed class ClipLayer : Module<Tensor, Tensor>
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

/// <summary>
/// Self-attention. In a text every token attends to itself and earlier tokens, padding included; in a picture every patch attends to all.
/// </summary>
sealed class ClipAttention : Module<Tensor, Tensor>
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

/// <summary>Feed-forward network: two linear layers with CLIP's quick GELU or the exact GELU between them.</summary>
sealed class ClipMlp : Module<Tensor, Tensor>
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
