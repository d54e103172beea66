using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Encoders.Vision;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, h x w pixels, N patches, R registers, E width

/// <summary>
/// DINOv2 ("DINOv2: Learning Robust Visual Features without Supervision"), with or without registers ("Vision Transformers Need
/// Registers"). Its positions were trained at 518 pixels. For other sizes, including the usual 224, they are resampled.
/// </summary>
sealed class Dinov2Model : Module<Tensor, Tensor>, IDinoModel
{
    readonly Dinov2Embeddings embeddings;
    readonly DinoLayers encoder;
    readonly LayerNorm layernorm;
    readonly int width, registers;

    /// <param name="config">The checkpoint's configuration.</param>
    /// <param name="resampling">How positions are resampled for other picture sizes; null for the way of transformers, which is
    /// antialiased for models with registers.</param>
    public Dinov2Model(Dinov2Config config, PositionResampling? resampling = null) : base(nameof(Dinov2Model))
    {
        (width, registers) = ((int)config.HiddenSize, config.Registers);
        var usual = config.HasRegisters ? PositionResampling.Antialiased : PositionResampling.Size;
        embeddings = new Dinov2Embeddings(config, resampling ?? usual);
        encoder = new DinoLayers(config.Layers, () => new Dinov2Layer(config));
        layernorm = new LayerNorm(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public int Registers => registers;
    public int Width => width;

    /// <summary>
    /// Normalised pixels (B,3,h,w) to all tokens after the last layer norm, (B,1+R+N,E): class token, registers, patches.
    /// </summary>
    public override Tensor forward(Tensor pixels) => this.Tokens(pixels);

    public IReadOnlyList<Tensor> HiddenStates(Tensor pixels) => encoder.HiddenStates(embeddings.call(pixels));

    public Tensor Normalize(Tensor lastHiddenState) => layernorm.call(lastHiddenState);
}
