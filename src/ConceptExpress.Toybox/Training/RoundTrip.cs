using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Encodes a picture and decodes it again, to see what the autoencoder loses.</summary>
static class RoundTrip
{
    /// <summary>The picture, encoded (as the mean of its posterior) and decoded.</summary>
    /// <param name="vae">The autoencoder, on any device.</param>
    /// <param name="picture">The picture; its sides must be multiples of the autoencoder's downscale.</param>
    public static RgbImage Of(AutoencoderKL vae, RgbImage picture)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var device = vae.parameters().First().device;
        var posterior = vae.Encode(PixelTensor.From(picture, device));
        return PixelTensor.ToImage(vae.Decode(posterior.Mean * posterior.ScalingFactor)[0]);
    }
}
