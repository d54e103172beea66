using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Unet;

/// <summary>The UNet's <c>config.json</c>. Missing fields have diffusers' defaults; unknown fields are ignored.</summary>
sealed record UnetConfig
{
    [JsonPropertyName("in_channels")] public long InChannels { get; init; } = 4;
    [JsonPropertyName("out_channels")] public long OutChannels { get; init; } = 4;
    /// <summary>Side of the latent grid in training, in cells.</summary>
    [JsonPropertyName("sample_size"), JsonConverter(typeof(NumberOrFirst))] public int? SampleSize { get; init; }
    /// <summary>Channels of each level, from the latent's own resolution to the coarsest.</summary>
    [JsonPropertyName("block_out_channels")] public long[] BlockOutChannels { get; init; } = [320, 640, 1280, 1280];
    [JsonPropertyName("down_block_types")]
    public string[] DownBlockTypes { get; init; } = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
        "CrossAttnDownBlock2D", "DownBlock2D"];
    [JsonPropertyName("mid_block_type")] public string? MidBlockType { get; init; } = "UNetMidBlock2DCrossAttn";
    [JsonPropertyName("up_block_types")]
    public string[] UpBlockTypes { get; init; } = ["UpBlock2D", "CrossAttnUpBlock2D",
        "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];
    /// <summary>Residual blocks per level on the way down, for all levels or for each; on the way up there is one more.</summary>
    [JsonPropertyName("layers_per_block"), JsonConverter(typeof(NumberOrList))] public int[] LayersPerBlock { get; init; } = [2];
    /// <summary>Width of the text's hidden states, for all levels or for each.</summary>
    [JsonPropertyName("cross_attention_dim"), JsonConverter(typeof(NumberOrList))] public int[] CrossAttentionDim { get; init; } = [1280];
    /// <summary>Number of heads, for all levels or for each. The field's name is a historical mistake of diffusers.</summary>
    [JsonPropertyName("attention_head_dim"), JsonConverter(typeof(NumberOrList))] public int[] AttentionHeads { get; init; } = [8];
    /// <summary>Number of heads under its right name, in newer files. It overrides <see cref="AttentionHeads"/>.</summary>
    [JsonPropertyName("num_attention_heads"), JsonConverter(typeof(NumberOrList))] public int[]? NumAttentionHeads { get; init; }
    /// <summary>Transformer blocks per attention, for all levels or for each.</summary>
    [JsonPropertyName("transformer_layers_per_block"),
        JsonConverter(typeof(NumberOrList))]
    public int[] TransformerLayersPerBlock { get; init; } = [1];
    [JsonPropertyName("norm_num_groups")] public long NormNumGroups { get; init; } = 32;
    [JsonPropertyName("norm_eps")] public double NormEpsilon { get; init; } = 1e-5;
    [JsonPropertyName("act_fn")] public string Activation { get; init; } = "silu";
    /// <summary>Whether cosines come before sines in the time embedding.</summary>
    [JsonPropertyName("flip_sin_to_cos")] public bool FlipSinToCos { get; init; } = true;
    [JsonPropertyName("freq_shift")] public double FrequencyShift { get; init; }
    /// <summary>Whether transformers project with linear layers instead of 1x1 convolutions.</summary>
    [JsonPropertyName("use_linear_projection")] public bool UseLinearProjection { get; init; }
    /// <summary>Whether attention is computed in fp32 if the weights have a smaller type.</summary>
    [JsonPropertyName("upcast_attention")] public bool? UpcastAttention { get; init; }
    [JsonPropertyName("only_cross_attention")] public System.Text.Json.JsonElement? OnlyCrossAttention { get; init; }
    [JsonPropertyName("dual_cross_attention")] public bool? DualCrossAttention { get; init; }
    [JsonPropertyName("center_input_sample")] public bool? CenterInputSample { get; init; }
    [JsonPropertyName("class_embed_type")] public string? ClassEmbedType { get; init; }
    [JsonPropertyName("addition_embed_type")] public string? AdditionEmbedType { get; init; }
    [JsonPropertyName("resnet_time_scale_shift")] public string? ResnetTimeScaleShift { get; init; } = "default";
    [JsonPropertyName("time_cond_proj_dim")] public int? TimeConditionWidth { get; init; }
    [JsonPropertyName("downsample_padding")] public int? DownsamplePadding { get; init; } = 1;

    /// <summary>Number of levels. Level 0 has the latent's own resolution; each further level halves its sides.</summary>
    [JsonIgnore] public int Levels => BlockOutChannels.Length;

    /// <summary>Number of heads at a level.</summary>
    public int HeadsAt(int level) => At(NumAttentionHeads ?? AttentionHeads, level);

    /// <summary>Number of residual blocks at a level on the way down.</summary>
    public int LayersAt(int level) => At(LayersPerBlock, level);

    /// <summary>Width of the text's hidden states at a level.</summary>
    public int ContextWidthAt(int level) => At(CrossAttentionDim, level);

    /// <summary>Number of transformer blocks per attention at a level.</summary>
    public int TransformerLayersAt(int level) => At(TransformerLayersPerBlock, level);

    /// <summary>Whether a level has attention on the way down.</summary>
    public bool AttendsDown(int level) => DownBlockTypes[level] == "CrossAttnDownBlock2D";

    /// <summary>Whether a block has attention on the way up.</summary>
    /// <param name="position">Position in the order of execution: 0 is the block next to the middle.</param>
    public bool AttendsUp(int position) => UpBlockTypes[position] == "CrossAttnUpBlock2D";

    static int At(int[] values, int level) => values.Length == 1 ? values[0] : values[level];

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">Path of the file, for messages.</param>
    /// <exception cref="CheckpointException">A field is invalid or not supported; the message names it.</exception>
    public UnetConfig Validated(string file)
    {
        var check = new ConfigCheck(file);
        check.Present(("block_out_channels", BlockOutChannels), ("down_block_types", DownBlockTypes), ("up_block_types", UpBlockTypes),
            ("layers_per_block", LayersPerBlock),
            ("cross_attention_dim", CrossAttentionDim), ("attention_head_dim", AttentionHeads),
            ("transformer_layers_per_block", TransformerLayersPerBlock));
        RequireKind(file);
        check.Range("block_out_channels", BlockOutChannels, 1, 1 << 16);
        check.Length("down_block_types", DownBlockTypes.Length, Levels);
        check.Length("up_block_types", UpBlockTypes.Length, Levels);
        check.Lengths(Levels, ("attention_head_dim", AttentionHeads), ("num_attention_heads", NumAttentionHeads ?? [1]),
            ("layers_per_block", LayersPerBlock),
            ("cross_attention_dim", CrossAttentionDim), ("transformer_layers_per_block", TransformerLayersPerBlock));
        foreach (var type in DownBlockTypes) check.OneOf("down_block_types", type, "CrossAttnDownBlock2D", "DownBlock2D");
        foreach (var type in UpBlockTypes) check.OneOf("up_block_types", type, "CrossAttnUpBlock2D", "UpBlock2D");
        check.OneOf("mid_block_type", MidBlockType!, "UNetMidBlock2DCrossAttn");
        check.OneOf("act_fn", Activation, "silu", "swish");
        check.OneOf("resnet_time_scale_shift", ResnetTimeScaleShift ?? "default", "default");
        check.OneOf("class_embed_type", ClassEmbedType ?? "null", "null");
        check.Off("dual_cross_attention", DualCrossAttention);
        check.Off("center_input_sample", CenterInputSample);
        check.Off("only_cross_attention", OnlyCrossAttention is { ValueKind: System.Text.Json.JsonValueKind.True });
        check.Range("downsample_padding", [DownsamplePadding ?? 1], 1, 1);
        check.Range("block_out_channels (levels)", [Levels], 1, 8);
        check.Range("layers_per_block", [.. LayersPerBlock.Select(n => (long)n)], 1, 16);
        check.Range("transformer_layers_per_block", [.. TransformerLayersPerBlock.Select(n => (long)n)], 1, 32);
        check.Range("sample_size", [SampleSize ?? 64], 1, 4096);
        check.Positive("norm_eps", NormEpsilon);
        check.Range("in_channels", [InChannels], 1, 64);
        check.Range("out_channels", [OutChannels], 1, 64);
        check.Range("norm_num_groups", [NormNumGroups], 1, 1024);
        for (var level = 0; level < Levels; level++)
        {
            check.Divides("norm_num_groups", NormNumGroups, "block_out_channels", BlockOutChannels[level]);
            check.Divides("attention_head_dim", HeadsAt(level), "block_out_channels", BlockOutChannels[level]);
        }
        return this;
    }

    // UNets that look like Stable Diffusion's, and are trained for something else.
    void RequireKind(string file)
    {
        if (AdditionEmbedType is not null) throw Other(file, "of Stable Diffusion XL");
        if (InChannels == 9) throw Other(file, "of an inpainting checkpoint (9 input channels: latent, mask and masked picture)");
        if (InChannels == 8) throw Other(file, "of an InstructPix2Pix checkpoint (8 input channels: latent and the picture to edit)");
        if (InChannels == 5) throw Other(file, "of a depth checkpoint (5 input channels: latent and depth)");
        if (TimeConditionWidth is not null) throw Other(file, "of an LCM (it is told the guidance, time_cond_proj_dim)");
        if (MidBlockType is null) throw Other(file, "of a distilled checkpoint without a middle block (mid_block_type null)");
    }

    static CheckpointException Other(string file, string what) =>
        new($"{file} is the UNet {what}, which this program does not draw with; use a text-to-image checkpoint of Stable Diffusion 1.x or "
            + "2.x.");
}
