using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Encoders.Vision;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, h x w pixels, N patches, E width

/// <summary>DINO ("Emerging Properties in Self-Supervised Vision Transformers"): a plain vision transformer, without a pooler.</summary>
sealed class DinoVisionModel : Module<Tensor, Tensor>, IDinoModel
{
    readonly DinoEmbeddings embeddings;
    readonly DinoLayers encoder;
    readonly LayerNorm layernorm;
    readonly int width;

    /// <param name="config">The checkpoint's configuration.</param>
    /// <param name="resampling">How positions are resampled for pictures that are not of the trained size.</param>
    public DinoVisionModel(DinoVisionConfig config, PositionResampling resampling = PositionResampling.Size) : base(nameof(DinoVisionModel))
    {
        width = (int)config.HiddenSize;
        embeddings = new DinoEmbeddings(config, resampling);
        encoder = new DinoLayers(config.Layers, () => new DinoLayer(config));
        layernorm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public int Registers => 0;
    public int Width => width;

    /// <summary>Normalised pixels (B,3,h,w) to all tokens after the last layer norm, (B,1+N,E), class token first.</summary>
    public override Tensor forward(Tensor pixels) => this.Tokens(pixels);

    public IReadOnlyList<Tensor> HiddenStates(Tensor pixels) => encoder.HiddenStates(embeddings.call(pixels));

    public Tensor Normalize(Tensor lastHiddenState) => layernorm.call(lastHiddenState);
}

/// <summary>
/// Self-attention, then a feed-forward network with the exact GELU. Each has a layer norm before it and a residual connection.
/// </summary>
sealed class DinoLayer : Module<Tensor, Tensor>
{
    readonly DinoAttention attention;
    readonly DinoDense intermediate, output;
    readonly LayerNorm layernorm_before, layernorm_after;

    public DinoLayer(DinoVisionConfig config) : base(nameof(DinoLayer))
    {
        attention = new DinoAttention(config.HiddenSize, config.Heads, config.HasAttentionBias);
        intermediate = new DinoDense(config.HiddenSize, config.IntermediateSize);
        output = new DinoDense(config.IntermediateSize, config.HiddenSize);
        layernorm_before = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        layernorm_after = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = x + attention.call(layernorm_before.call(x));
        var inner = functional.gelu(intermediate.call(layernorm_after.call(x)));
        return (x + output.call(inner)).MoveToOuterDisposeScope();
    }
}
