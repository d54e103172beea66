using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Encoders.Clip;

// Shapes: B batch, S side of a picture in pixels, M text tokens, E width of the text tower, D width of the shared features

/// <summary>
/// CLIP ("Learning Transferable Visual Models From Natural Language Supervision"): an image tower and a text tower with features in one
/// space. A new model is frozen and has undefined weights (<see cref="Placement"/>): load weights, or initialise them and let them require
/// gradients. Everything is differentiable.
/// </summary>
sealed class ClipModel : Module
{
    readonly TextTransformer text_model;
    readonly ClipVisionModel vision_model;
    readonly Linear visual_projection, text_projection;
    readonly Parameter logit_scale;
    readonly long? endOfTextId;

    public ClipModel(ClipConfig config) : base(nameof(ClipModel))
    {
        endOfTextId = config.Text.EndOfTextId is ClipConfig.LegacyEndOfTextId ? null : config.Text.EndOfTextId;
        text_model = new TextTransformer(config.Text);
        vision_model = new ClipVisionModel(config.Vision);
        visual_projection = new Linear(config.Vision.HiddenSize, config.ProjectionWidth, hasBias: false);
        text_projection = new Linear(config.Text.HiddenSize, config.ProjectionWidth, hasBias: false);
        logit_scale = Placement.Parameter();
        RegisterComponents();
    }

    /// <summary>The text tower. Its input is token embeddings.</summary>
    public TextTransformer TextTower => text_model;

    /// <summary>The image tower.</summary>
    public ClipVisionModel VisionTower => vision_model;

    /// <summary>The logarithm of the factor that turns cosines into logits; a scalar.</summary>
    public Tensor LogitScale => logit_scale;

    /// <summary>Normalised pixels (B,3,S,S) to features (B,D), not normalised to unit length.</summary>
    /// <exception cref="ArgumentException">The pictures are not of the configuration's size.</exception>
    public Tensor ImageFeatures(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return visual_projection.call(vision_model.call(pixels)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Token ids (B,M), int64, to features (B,D), not normalised to unit length. A text is pooled at its first end-of-text token.
    /// </summary>
    /// <exception cref="ArgumentException">A text has no end-of-text token, or more tokens than the tower has positions.</exception>
    public Tensor TextFeatures(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return text_projection.call(PoolText(text_model.call(Embed(ids)), ids)).MoveToOuterDisposeScope();
    }

    /// <summary>Token ids (B,M), int64, to their token embeddings (B,M,E), without positions.</summary>
    public Tensor Embed(Tensor ids) => text_model.Vocabulary.index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], -1);

    /// <summary>The last hidden states (B,M,E) at the first end-of-text token of each text, (B,E).</summary>
    /// <param name="lastHiddenState">The text tower's output (B,M,E).</param>
    /// <param name="ids">The texts' token ids (B,M), int64.</param>
    /// <exception cref="ArgumentException">A text has no end-of-text token.</exception>
    public Tensor PoolText(Tensor lastHiddenState, Tensor ids)
    {
        using var scope = NewDisposeScope();
        var ends = endOfTextId is { } id ? ids == id : ids == ids.amax([1], keepdim: true);
        if (!ends.any(1).all().item<bool>())
            throw new ArgumentException(
                $"A text has no end-of-text token ({endOfTextId}); use the tokenizer that belongs to the model.", nameof(ids));
        var first = ends.to(int64).argmax(1);
        var texts = arange(ids.shape[0], dtype: int64, device: ids.device);
        return lastHiddenState.index([TensorIndex.Tensor(texts), TensorIndex.Tensor(first)]).MoveToOuterDisposeScope();
    }
}
