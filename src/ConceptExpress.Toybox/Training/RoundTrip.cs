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
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var device = vae.parameters().First().device;
        var x = PixelBatch.Of(picture.Pixels.ToArray(), 1, picture.Height, picture.Width, device);
        var posterior = vae.Encode(x);
        var drawn = vae.Decode(posterior.Mean * posterior.ScalingFactor);
        var bytes = ((drawn / 2 + 0.5).clamp(0, 1) * 255).round().to(uint8).cpu()[0].permute(1, 2, 0).contiguous().data<byte>().ToArray();
        return new RgbImage(picture.Width, picture.Height, bytes);
    }
}
