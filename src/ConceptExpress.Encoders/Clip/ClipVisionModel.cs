using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Encoders.Vision;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Embedding = ConceptExpress.Diffusion.Layers.Embedding;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;

namespace ConceptExpress.Encoders.Clip;

// Shapes: B batch, S side of a picture in pixels, N patches, E width

/// <summary>CLIP's image tower, a vision transformer ("Learning Transferable Visual Models From Natural Language Supervision").</summary>
sealed class ClipVisionModel : Module<Tensor, Tensor>
{
    readonly ClipVisionEmbeddings embeddings;
    readonly LayerNorm pre_layrnorm; // checkpoints spell it so
    readonly ClipLayers encoder;
    readonly LayerNorm post_layernorm;

    public ClipVisionModel(ClipVisionConfig config) : base(nameof(ClipVisionModel))
    {
        embeddings = new ClipVisionEmbeddings(config);
        pre_layrnorm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        encoder = new ClipLayers(config.LayerShape);
        post_layernorm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Normalised pixels (B,3,S,S) to the pooled state (B,E): the class token after the last layer norm.</summary>
    /// <exception cref="ArgumentException">The pictures are not of the configuration's size.</exception>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return Pool(HiddenStates(pixels)[^1]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The input of the first layer and the output of every layer, before the last layer norm: 1 + layers tensors (B,1+N,E), class token
    /// first.
    /// </summary>
    /// <exception cref="ArgumentException">The pictures are not of the configuration's size.</exception>
    public IReadOnlyList<Tensor> HiddenStates(Tensor pixels) => encoder.HiddenStates(pre_layrnorm.call(embeddings.call(pixels)));

    /// <summary>The last hidden state (B,1+N,E) to the pooled state (B,E): the class token after the last layer norm.</summary>
    public Tensor Pool(Tensor lastHiddenState) => post_layernorm.call(lastHiddenState.select(1, 0));
}

/// <summary>Makes the class token and the patches, and adds their positions.</summary>
sealed class ClipVisionEmbeddings : Module<Tensor, Tensor>
{
    readonly Parameter class_embedding;
    readonly PatchProjection patch_embedding;
    readonly Embedding position_embedding;
    readonly long side;

    public ClipVisionEmbeddings(ClipVisionConfig config) : base(nameof(ClipVisionEmbeddings))
    {
        side = config.ImageSize;
        class_embedding = Placement.Parameter(config.HiddenSize);
        patch_embedding = new PatchProjection(config.Colours, config.HiddenSize, config.PatchSize, hasBias: false);
        position_embedding = new Embedding(1 + config.Patches, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>Normalised pixels (B,3,S,S) to tokens (B,1+N,E), class token first.</summary>
    /// <exception cref="ArgumentException">The pictures are not of the configuration's size.</exception>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        if (pixels.dim() != 4 || pixels.shape[2] != side || pixels.shape[3] != side)
            throw new ArgumentException(
                $"Pixels have shape [{string.Join(", ", pixels.shape)}]; expected (B,3,{side},{side}).", nameof(pixels));
        var patches = patch_embedding.call(pixels);
        var token = class_embedding.expand(patches.shape[0], 1, -1);
        return (cat([token, patches], 1) + position_embedding.Table).MoveToOuterDisposeScope();
    }
}
