using ConceptExpress.Diffusion.Unet;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// The UNet's configuration from its names and shapes. They tell channels, levels, blocks per level, where attention is, its depth, the
/// text's width, and the kind of projection. They do not tell the groups of the norms, the heads and the size in training, which are
/// <see cref="UnstoredSizes"/>, nor epsilons and activations, which are the same in all of 1.x and 2.x.
/// </summary>
static class UnetShapes
{
    // All of 1.x and 2.x were trained with these; the tensors are the same for any other number.
    const long NormGroups = 32;
    const int HeadsOfFirst = 8;
    const int HeadWidthOfSecond = 64;
    const int SmallGrid = 64, LargeGrid = 96;

    const string Attended = "CrossAttnDownBlock2D", Unattended = "DownBlock2D";

    sealed record Level(long Channels, int Layers, bool Attends);

    /// <summary>Returns the configuration of a UNet with the original names.</summary>
    /// <param name="unet">The part, with the original names.</param>
    /// <param name="sizes">What shapes do not tell.</param>
    /// <param name="isVelocity">Whether it predicts velocity: then a 2.x was trained on larger pictures.</param>
    /// <exception cref="CheckpointException">The names are not those of a UNet of Stable Diffusion 1.x or 2.x.</exception>
    public static UnetConfig Infer(FilePart unet, UnstoredSizes sizes, bool isVelocity)
    {
        var levels = Levels(unet);
        long[] channels = [.. levels.Select(level => level.Channels)];
        const string middle = "middle_block.1";
        var second = IsSecond(unet);
        return new UnetConfig
        {
            InChannels = unet.Size("input_blocks.0.0.weight", 1),
            OutChannels = unet.Size("out.2.weight", 0),
            SampleSize = sizes.SampleSize ?? (second && isVelocity ? LargeGrid : SmallGrid),
            BlockOutChannels = channels,
            DownBlockTypes = [.. levels.Select(level => level.Attends ? Attended : Unattended)],
            UpBlockTypes = UpTypes(unet, levels),
            LayersPerBlock = Together([.. levels.Select(level => level.Layers)]),
            CrossAttentionDim = [(int)unet.Size($"{middle}.transformer_blocks.0.attn2.to_k.weight", 1)],
            AttentionHeads = sizes.UnetHeads
                ?? (second ? [.. channels.Select(width => (int)(width / HeadWidthOfSecond))] : [HeadsOfFirst]),
            TransformerLayersPerBlock = [unet.Count(i => $"{middle}.transformer_blocks.{i}")],
            NormNumGroups = sizes.UnetNormGroups ?? NormGroups,
            UseLinearProjection = second,
            // 2.1 overflows in half precision without it, and its shapes are those of 2.0, which it does not hurt.
            UpcastAttention = sizes.UpcastAttention ?? second,
        };
    }

    /// <summary>
    /// Whether a UNet is of 2.x: its transformers project by matrices, (O,I), and those of 1.x by 1x1 convolutions, (O,I,1,1).
    /// </summary>
    public static bool IsSecond(FilePart unet) => unet.Shape("middle_block.1.proj_in.weight").Length == 2;

    static List<Level> Levels(FilePart unet)
    {
        var (levels, blocks) = (new List<Level>(), new List<string>());
        var count = unet.Count(block => $"input_blocks.{block}", first: 1);
        for (var block = 1; block <= count; block++)
        {
            if (!unet.Has($"input_blocks.{block}.0.op")) blocks.Add($"input_blocks.{block}");
            if (blocks.Count > 0 && (block == count || unet.Has($"input_blocks.{block}.0.op")))
            {
                levels.Add(new Level(unet.Size($"{blocks[0]}.0.out_layers.3.weight", 0), blocks.Count, unet.Has($"{blocks[0]}.1.norm")));
                blocks.Clear();
            }
        }
        return levels;
    }

    static string[] UpTypes(FilePart unet, List<Level> levels)
    {
        var (types, first) = (new List<string>(), 0);
        foreach (var level in Enumerable.Reverse(levels))
        {
            types.Add(unet.Has($"output_blocks.{first}.1.norm") ? "CrossAttnUpBlock2D" : "UpBlock2D");
            first += level.Layers + 1;
        }
        return [.. types];
    }

    // One number where all levels have the same, as configurations say it.
    static int[] Together(int[] values) => values.Distinct().Count() == 1 ? [values[0]] : values;
}
