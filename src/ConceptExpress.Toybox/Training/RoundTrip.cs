using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>What the autoencoder makes of a picture.</summary>
public static class RoundTrip
{
    /// <param name="vae">The autoencoder.</param>
    /// <param name="picture">Its sides are multiples of the autoencoder's downscale.</param>
    public static RgbImage Of(AutoencoderKL vae, RgbImage picture)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var device = vae.parameters().First().device;
        var posterior = vae.Encode(PixelTensor.From(picture, device));
        return PixelTensor.ToImage(vae.Decode(posterior.Mean * posterior.ScalingFactor)[0]);
    }
}
