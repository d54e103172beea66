using ConceptExpress.Diffusion.Vae;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// The autoencoder's configuration from its names and shapes. They do not tell the groups of the norms and the factor of latents, which are
/// <see cref="UnstoredSizes"/>.
/// </summary>
static class VaeShapes
{
    const long NormGroups = 32;
    const double ScalingFactor = 0.18215;

    /// <summary>Returns the configuration of an autoencoder with the original names.</summary>
    /// <exception cref="CheckpointException">A tensor that tells a size is missing.</exception>
    public static VaeConfig Infer(FilePart vae, UnstoredSizes sizes)
    {
        var levels = Levels(vae);
        return new VaeConfig
        {
            InChannels = vae.Size("encoder.conv_in.weight", 1),
            OutChannels = vae.Size("decoder.conv_out.weight", 0),
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", levels)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", levels)],
            BlockOutChannels = [.. Enumerable.Range(0, levels).Select(level => vae.Size($"encoder.down.{level}.block.0.conv2.weight", 0))],
            LayersPerBlock = Layers(vae),
            LatentChannels = vae.Size("post_quant_conv.weight", 0),
            NormNumGroups = sizes.VaeNormGroups ?? NormGroups,
            ScalingFactor = sizes.VaeScalingFactor ?? ScalingFactor,
        };
    }

    /// <summary>Number of levels of an autoencoder with the original names.</summary>
    public static int Levels(FilePart vae) => vae.Count(level => $"encoder.down.{level}");

    /// <summary>Number of residual blocks per level of the encoder, with the original names.</summary>
    public static int Layers(FilePart vae) => vae.Count(block => $"encoder.down.0.block.{block}");
}
