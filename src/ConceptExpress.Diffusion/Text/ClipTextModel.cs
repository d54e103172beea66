using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Embedding = ConceptExpress.Diffusion.Layers.Embedding;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M text tokens, E width, H heads

/// <summary>CLIP's text tower ("Learning Transferable Visual Models From Natural Language Supervision").</summary>
public sealed class ClipTextModel : Module<Tensor, Tensor>
{
    readonly TextTransformer text_model;

    public ClipTextModel(ClipTextConfig config) : base(nameof(ClipTextModel))
    {
        text_model = new TextTransformer(config);
        RegisterComponents();
    }

    /// <summary>The vocabulary's token embeddings, (V,E), frozen.</summary>
    public Tensor Vocabulary => text_model.Vocabulary;

    /// <summary>Token embeddings (B,M,E), without positions, to the last hidden state (B,M,E), after the final layer norm.</summary>
    public override Tensor forward(Tensor tokenEmbeddings) => text_model.call(tokenEmbeddings);

    /// <summary>Every layer's input and the last layer's output, before the final layer norm: 1 + layers tensors (B,M,E).</summary>
    public IReadOnlyList<Tensor> HiddenStates(Tensor tokenEmbeddings) => text_model.HiddenStates(tokenEmbeddings);
}

/// <summary>Embeddings, layers, final norm.</summary>
public sealed class TextTransformer : Module<Tensor, Tensor>
{
    readonly TextEmbeddings embeddings;
    readonly TextEncoder encoder;
    readonly LayerNorm final_layer_norm;

    public TextTransformer(ClipTextConfig config) : base(nameof(TextTransformer))
    {
        embeddings = new TextEmbeddings(config);
        encoder = new TextEncoder(config);
        final_layer_norm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public Tensor Vocabulary => embeddings.Vocabulary;

    public override Tensor forward(Tensor tokenEmbeddings)
    {
        using var scope = NewDisposeScope();
        return final_layer_norm.call(HiddenStates(tokenEmbeddings)[^1]).MoveToOuterDisposeScope();
    }

    public List<Tensor> HiddenStates(Tensor tokenEmbeddings) => encoder.HiddenStates(embeddings.call(tokenEmbeddings));
}

/// <summary>The vocabulary's rows and the positions'.</summary>
public sealed class TextEmbeddings : Module<Tensor, Tensor>
{
    readonly Embedding token_embedding, position_embedding;

    public TextEmbeddings(ClipTextConfig config) : base(nameof(TextEmbeddings))
    {
        token_embedding = new Embedding(config.VocabularySize, config.HiddenSize);
        position_embedding = new Embedding(config.Positions, config.HiddenSize);
        RegisterComponents();
    }

    public Tensor Vocabulary => token_embedding.Table;

    /// <summary>Adds the positions' rows to (B,M,E).</summary>
    public override Tensor forward(Tensor tokenEmbeddings) => tokenEmbeddings + position_embedding.Table.narrow(0, 0, tokenEmbeddings.shape[1]);
}

/// <summary>The stack of layers.</summary>
public sealed class TextEncoder : Module
{
    readonly ModuleList<TextEncoderLayer> layers = [];

    public TextEncoder(ClipTextConfig config) : base(nameof(TextEncoder))
    {
        for (var i = 0; i < config.Layers; i++) layers.Add(new TextEncoderLayer(config));
        RegisterComponents();
    }

    public List<Tensor> HiddenStates(Tensor x)
    {
        var states = new List<Tensor> { x };
        foreach (var layer in layers) states.Add(layer.call(states[^1]));
        return states;
    }
}

/// <summary>Causal self-attention and a feed-forward network, each after a layer norm and added to its input.</summary>
public sealed class TextEncoderLayer : Module<Tensor, Tensor>
{
    readonly LayerNorm layer_norm1, layer_norm2;
    readonly TextAttention self_attn;
    readonly TextMlp mlp;

    public TextEncoderLayer(ClipTextConfig config) : base(nameof(TextEncoderLayer))
    {
        layer_norm1 = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        self_attn = new TextAttention(config);
        layer_norm2 = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        mlp = new TextMlp(config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = x + self_attn.call(layer_norm1.call(x));
        return (x + mlp.call(layer_norm2.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Every token attends to itself and those before it, padding included.</summary>
public sealed class TextAttention : Module<Tensor, Tensor>
{
    readonly Linear q_proj, k_proj, v_proj, out_proj;
    readonly long heads;

    public TextAttention(ClipTextConfig config) : base(nameof(TextAttention))
    {
        heads = config.Heads;
        q_proj = new Linear(config.HiddenSize, config.HiddenSize);
        k_proj = new Linear(config.HiddenSize, config.HiddenSize);
        v_proj = new Linear(config.HiddenSize, config.HiddenSize);
        out_proj = new Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var attended = functional.scaled_dot_product_attention(Split(q_proj.call(x)), Split(k_proj.call(x)), Split(v_proj.call(x)), is_casual: true);
        return out_proj.call(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    Tensor Split(Tensor x) => x.unflatten(2, [heads, x.shape[2] / heads]).transpose(1, 2); // (B,M,E) -> (B,H,M,E/H)
}

/// <summary>Two layers around CLIP's quick GELU or the exact one.</summary>
public sealed class TextMlp : Module<Tensor, Tensor>
{
    readonly Linear fc1, fc2;
    readonly bool quick;

    public TextMlp(ClipTextConfig config) : base(nameof(TextMlp))
    {
        quick = config.Activation == "quick_gelu";
        fc1 = new Linear(config.HiddenSize, config.IntermediateSize);
        fc2 = new Linear(config.IntermediateSize, config.HiddenSize);
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
