using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Vae;

/// <summary>The autoencoder's <c>config.json</c>. Missing fields have diffusers' defaults; unknown fields are ignored.</summary>
sealed record VaeConfig
{
    [JsonPropertyName("in_channels")] public long InChannels { get; init; } = 3;
    [JsonPropertyName("out_channels")] public long OutChannels { get; init; } = 3;
    [JsonPropertyName("down_block_types")] public string[] DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];
    [JsonPropertyName("up_block_types")] public string[] UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];
    /// <summary>Channels of each level, from full resolution to the latent's.</summary>
    [JsonPropertyName("block_out_channels")] public long[] BlockOutChannels { get; init; } = [64];
    /// <summary>Residual blocks per level of the encoder; the decoder has one more.</summary>
    [JsonPropertyName("layers_per_block")] public int LayersPerBlock { get; init; } = 1;
    [JsonPropertyName("act_fn")] public string Activation { get; init; } = "silu";
    [JsonPropertyName("latent_channels")] public long LatentChannels { get; init; } = 4;
    [JsonPropertyName("norm_num_groups")] public long NormNumGroups { get; init; } = 32;
    /// <summary>Factor of latents, so that their standard deviation is about 1.</summary>
    [JsonPropertyName("scaling_factor")] public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Pixels per latent cell along each side.</summary>
    [JsonIgnore] public int Downscale => 1 << (BlockOutChannels.Length - 1);

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">Path of the file, for messages.</param>
    /// <exception cref="CheckpointException">A field is invalid or not supported; the message names it.</exception>
    public VaeConfig Validated(string file)
    {
        var check = new ConfigCheck(file);
        check.Present(("block_out_channels", BlockOutChannels), ("down_block_types", DownBlockTypes), ("up_block_types", UpBlockTypes));
        check.Range("block_out_channels", BlockOutChannels, 1, 1 << 16);
        check.Length("down_block_types", DownBlockTypes.Length, BlockOutChannels.Length);
        check.Length("up_block_types", UpBlockTypes.Length, BlockOutChannels.Length);
        foreach (var type in DownBlockTypes) check.OneOf("down_block_types", type, "DownEncoderBlock2D");
        foreach (var type in UpBlockTypes) check.OneOf("up_block_types", type, "UpDecoderBlock2D");
        check.OneOf("act_fn", Activation, "silu", "swish");
        check.Range("block_out_channels (levels)", [BlockOutChannels.Length], 1, 8);
        check.Positive("scaling_factor", ScalingFactor);
        check.Range("layers_per_block", [LayersPerBlock], 1, 16);
        check.Range("in_channels", [InChannels], 3, 3);
        check.Range("out_channels", [OutChannels], 3, 3);
        check.Range("latent_channels", [LatentChannels], 1, 64);
        check.Range("norm_num_groups", [NormNumGroups], 1, 1024);
        foreach (var channels in BlockOutChannels) check.Divides("norm_num_groups", NormNumGroups, "block_out_channels", channels);
        return this;
    }
}
