using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Embedding = ConceptExpress.Diffusion.Layers.Embedding;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M text tokens, E width

/// <summary>CLIP's text encoder ("Learning Transferable Visual Models From Natural Language Supervision").</summary>
sealed class ClipTextModel : Module<Tensor, Tensor>
{
    readonly TextTransformer text_model;

    public ClipTextModel(ClipTextConfig config) : base(nameof(ClipTextModel))
    {
        text_model = new TextTransformer(config);
        RegisterComponents();
    }

    /// <summary>Frozen table of token embeddings, (V,E).</summary>
    public Tensor Vocabulary => text_model.Vocabulary;

    /// <summary>Token embeddings (B,M,E), without positions, to the last hidden state (B,M,E) after the final layer norm.</summary>
    public override Tensor forward(Tensor tokenEmbeddings) => text_model.call(tokenEmbeddings);

    /// <summary>Returns every layer's input and the last layer's output, before the final layer norm: 1 + layers tensors (B,M,E).</summary>
    public IReadOnlyList<Tensor> HiddenStates(Tensor tokenEmbeddings) => text_model.HiddenStates(tokenEmbeddings);
}

/// <summary>Embeddings, transformer layers and the final layer norm.</summary>
sealed class TextTransformer : Module<Tensor, Tensor>
{
    readonly TextEmbeddings embeddings;
    readonly ClipLayers encoder;
    readonly LayerNorm final_layer_norm;

    public TextTransformer(ClipTextConfig config) : base(nameof(TextTransformer))
    {
        embeddings = new TextEmbeddings(config);
        encoder = new ClipLayers(ClipLayerShape.Of(config));
        final_layer_norm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Frozen table of token embeddings, (V,E).</summary>
    public Tensor Vocabulary => embeddings.Vocabulary;

    /// <summary>Token embeddings (B,M,E) to the last hidden state (B,M,E) after the final layer norm.</summary>
    public override Tensor forward(Tensor tokenEmbeddings)
    {
        using var scope = NewDisposeScope();
        return final_layer_norm.call(HiddenStates(tokenEmbeddings)[^1]).MoveToOuterDisposeScope();
    }

    /// <summary>Returns every layer's input and the last layer's output: 1 + layers tensors (B,M,E).</summary>
    public List<Tensor> HiddenStates(Tensor tokenEmbeddings) => encoder.HiddenStates(embeddings.call(tokenEmbeddings));
}

/// <summary>The tables of token embeddings and position embeddings.</summary>
sealed class TextEmbeddings : Module<Tensor, Tensor>
{
    readonly Embedding token_embedding, position_embedding;

    public TextEmbeddings(ClipTextConfig config) : base(nameof(TextEmbeddings))
    {
        token_embedding = new Embedding(config.VocabularySize, config.HiddenSize);
        position_embedding = new Embedding(config.Positions, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>Frozen table of token embeddings, (V,E).</summary>
    public Tensor Vocabulary => token_embedding.Table;

    /// <summary>Adds the position embeddings to token embeddings (B,M,E).</summary>
    public override Tensor forward(Tensor tokenEmbeddings) =>
        tokenEmbeddings + position_embedding.Table.narrow(0, 0, tokenEmbeddings.shape[1]);
}
