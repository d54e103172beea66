using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;

namespace ConceptExpress.Diffusion.Costs;

/// <summary>The configurations of a checkpoint, from which costs are computed before its weights are read.</summary>
/// <param name="Unet">The UNet.</param>
/// <param name="Vae">The autoencoder.</param>
/// <param name="Text">The text encoder.</param>
/// <param name="Tokens">Number of text positions in a prompt.</param>
/// <param name="Parameters">Number of parameters of each part.</param>
sealed record CheckpointShape(UnetConfig Unet, VaeConfig Vae, ClipTextConfig Text, int Tokens, PartSizes Parameters)
{
    /// <summary>Side of the pictures that the checkpoint was trained on, in pixels.</summary>
    public int TrainedResolution => (Unet.SampleSize ?? 64) * Vae.Downscale;

    /// <summary>Bytes of all weights in memory.</summary>
    public double WeightBytes(ComputePrecision precision) =>
        Parameters.Unet * precision.Bytes() + Parameters.Vae * precision.VaeBytes() + Parameters.Text * precision.TextBytes();
}

/// <summary>Numbers of parameters.</summary>
readonly record struct PartSizes(double Unet, double Vae, double Text);

/// <summary>Bytes per number in the parts of a checkpoint.</summary>
static class PrecisionBytes
{
    /// <summary>In the UNet.</summary>
    public static int Bytes(this ComputePrecision precision) => precision switch
    {
        ComputePrecision.Fp64 => 8,
        ComputePrecision.Fp32 => 4,
        _ => 2,
    };

    /// <summary>In the autoencoder, which computes in fp32 if the UNet does in fp16.</summary>
    public static int VaeBytes(this ComputePrecision precision) => precision == ComputePrecision.Fp16 ? 4 : precision.Bytes();

    /// <summary>In the text encoder.</summary>
    public static int TextBytes(this ComputePrecision precision) => precision == ComputePrecision.Fp64 ? 8 : 4;
}
