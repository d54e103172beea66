namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Names in the autoencoder. The original numbers the decoder's levels as the encoder's, from full resolution on; diffusers in the order of
/// execution.
/// </summary>
static class VaeNames
{
    static readonly (string Original, string Diffusers)[] Attention =
        [("norm", "group_norm"), ("q", "to_q"), ("k", "to_k"), ("v", "to_v"), ("proj_out", "to_out.0")];

    /// <summary>Returns the names of an autoencoder.</summary>
    /// <param name="levels">Number of levels of encoder and decoder.</param>
    /// <param name="layers">Residual blocks per level of the encoder; the decoder has one more.</param>
    public static NameTable Of(int levels, int layers) =>
        new([.. Ends, .. Middle("encoder"), .. Middle("decoder"), .. Down(levels, layers), .. Up(levels, layers + 1)]);

    static IEnumerable<(string, string)> Ends =>
    [
        ("quant_conv", "quant_conv"), ("post_quant_conv", "post_quant_conv"),
        .. new[] { "encoder", "decoder" }.SelectMany(side => new[]
        {
            ($"{side}.conv_in", $"{side}.conv_in"), ($"{side}.norm_out", $"{side}.conv_norm_out"),
            ($"{side}.conv_out", $"{side}.conv_out"),
        }),
    ];

    static IEnumerable<(string, string)> Middle(string side) =>
    [
        .. Residual($"{side}.mid.block_1", $"{side}.mid_block.resnets.0"),
        .. Residual($"{side}.mid.block_2", $"{side}.mid_block.resnets.1"),
        .. Attention.Select(layer => ($"{side}.mid.attn_1.{layer.Original}", $"{side}.mid_block.attentions.0.{layer.Diffusers}")),
    ];

    static IEnumerable<(string, string)> Down(int levels, int layers)
    {
        for (var level = 0; level < levels; level++)
        {
            var (original, ours) = ($"encoder.down.{level}", $"encoder.down_blocks.{level}");
            foreach (var pair in Blocks(original, ours, layers)) yield return pair;
            if (level < levels - 1) yield return ($"{original}.downsample.conv", $"{ours}.downsamplers.0.conv");
        }
    }

    static IEnumerable<(string, string)> Up(int levels, int layers)
    {
        for (var position = 0; position < levels; position++)
        {
            var (original, ours) = ($"decoder.up.{levels - 1 - position}", $"decoder.up_blocks.{position}");
            foreach (var pair in Blocks(original, ours, layers)) yield return pair;
            if (position < levels - 1) yield return ($"{original}.upsample.conv", $"{ours}.upsamplers.0.conv");
        }
    }

    static IEnumerable<(string, string)> Blocks(string original, string diffusers, int layers) =>
        Enumerable.Range(0, layers).SelectMany(i => Residual($"{original}.block.{i}", $"{diffusers}.resnets.{i}"));

    static IEnumerable<(string, string)> Residual(string original, string diffusers) =>
    [
        .. new[] { "norm1", "conv1", "norm2", "conv2" }.Select(layer => ($"{original}.{layer}", $"{diffusers}.{layer}")),
        ($"{original}.nin_shortcut", $"{diffusers}.conv_shortcut"),
    ];
}
