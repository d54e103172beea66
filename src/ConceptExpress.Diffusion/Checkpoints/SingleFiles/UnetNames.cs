using ConceptExpress.Diffusion.Unet;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Names in the UNet. The original numbers all blocks on the way down, and all on the way up, without regard to levels; a block is a list
/// of a residual block, its attention if there is one, and at the end of a level the doubling of the grid.
/// </summary>
static class UnetNames
{
    static readonly (string Original, string Diffusers)[] Resnet =
    [
        ("in_layers.0", "norm1"), ("in_layers.2", "conv1"), ("emb_layers.1", "time_emb_proj"), ("out_layers.0", "norm2"),
        ("out_layers.3", "conv2"), ("skip_connection", "conv_shortcut"),
    ];

    /// <summary>Returns the names of a UNet with this number of levels, blocks and attention layers.</summary>
    public static NameTable Of(UnetConfig config) => new([.. Ends, .. Down(config), .. Middle, .. Up(config)]);

    static IEnumerable<(string, string)> Ends =>
    [
        ("time_embed.0", "time_embedding.linear_1"), ("time_embed.2", "time_embedding.linear_2"), ("input_blocks.0.0", "conv_in"),
        ("out.0", "conv_norm_out"), ("out.2", "conv_out"),
    ];

    static IEnumerable<(string, string)> Middle =>
    [
        .. Residual("middle_block.0", "mid_block.resnets.0"), ("middle_block.1", "mid_block.attentions.0"),
        .. Residual("middle_block.2", "mid_block.resnets.1"),
    ];

    static IEnumerable<(string, string)> Down(UnetConfig config)
    {
        var block = 1; // block 0 is the first convolution
        for (var level = 0; level < config.Levels; level++)
        {
            var ours = $"down_blocks.{level}";
            for (var i = 0; i < config.LayersAt(level); i++, block++)
            {
                foreach (var pair in Residual($"input_blocks.{block}.0", $"{ours}.resnets.{i}")) yield return pair;
                if (config.AttendsDown(level)) yield return ($"input_blocks.{block}.1", $"{ours}.attentions.{i}");
            }
            if (level < config.Levels - 1) yield return ($"input_blocks.{block++}.0.op", $"{ours}.downsamplers.0.conv");
        }
    }

    static IEnumerable<(string, string)> Up(UnetConfig config)
    {
        var block = 0;
        for (var position = 0; position < config.Levels; position++)
        {
            var (ours, layers) = ($"up_blocks.{position}", config.LayersAt(config.Levels - 1 - position) + 1);
            for (var i = 0; i < layers; i++, block++)
            {
                foreach (var pair in Residual($"output_blocks.{block}.0", $"{ours}.resnets.{i}")) yield return pair;
                if (config.AttendsUp(position)) yield return ($"output_blocks.{block}.1", $"{ours}.attentions.{i}");
            }
            if (position < config.Levels - 1)
                yield return ($"output_blocks.{block - 1}.{(config.AttendsUp(position) ? 2 : 1)}.conv", $"{ours}.upsamplers.0.conv");
        }
    }

    static IEnumerable<(string, string)> Residual(string original, string diffusers) =>
        Resnet.Select(layer => ($"{original}.{layer.Original}", $"{diffusers}.{layer.Diffusers}"));
}
