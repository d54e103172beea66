using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Unet;

namespace ConceptExpress.Extraction.Attention;

/// <summary>Selects the attention sites of a UNet that the method reads. They are found from the structure of the UNet.</summary>
static class AttentionSites
{
    /// <summary>
    /// Returns the depth of the cross-attention that shows where a word is in the picture: the lowest resolution at which both the down
    /// blocks and the up blocks attend to the text. In Stable Diffusion at 512 px these are "the 16x16 layers" (method 1, filter).
    /// </summary>
    /// <exception cref="CheckpointException">There is no such resolution.</exception>
    public static int WordDepth(UNet2DConditionModel unet)
    {
        IEnumerable<int> Depths(UnetStage stage) =>
            unet.AttentionLayers.Where(l => l.Site.IsCross && l.Site.Stage == stage).Select(l => l.Site.Depth);
        var common = Depths(UnetStage.Down).Intersect(Depths(UnetStage.Up)).ToList();
        return common.Count > 0
            ? common.Max()
            : throw new CheckpointException(
            "The down blocks and the up blocks of this UNet attend to the text at no common resolution; use a Stable Diffusion checkpoint, "
            + "where they do.");
    }

    /// <summary>Selects the cross-attention sites at <see cref="WordDepth"/>, on the way down and up.</summary>
    /// <exception cref="CheckpointException">There is no such depth.</exception>
    public static Func<AttentionSite, bool> OfWords(UNet2DConditionModel unet)
    {
        var depth = WordDepth(unet);
        return site => site.IsCross && site.Depth == depth && site.Stage != UnetStage.Middle;
    }

    /// <summary>
    /// Returns the depths of the self-attention on the way up whose grids are fine enough, the finest first; only the finest if none is. On
    /// the way up, attention has more information about the picture than on the way down.
    /// </summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="latent">The latent grid.</param>
    /// <param name="cells">Minimum number of cells of a grid's longer side; null for the finest grid only.</param>
    /// <exception cref="CheckpointException">No up block has attention.</exception>
    public static IReadOnlyList<int> SelfDepths(UNet2DConditionModel unet, Grid latent, int? cells)
    {
        int[] depths = [.. unet.AttentionLayers.Where(l => !l.Site.IsCross && l.Site.Stage == UnetStage.Up).Select(l => l.Site.Depth)
            .Distinct().Order()];
        if (depths.Length == 0)
            throw new CheckpointException(
                "No up block of this UNet has attention, by which concepts are located; use a Stable Diffusion checkpoint, where they "
                    + "have.");
        bool IsFine(int depth) => GridAt(depth, latent) is var grid && Math.Max(grid.Width, grid.Height) >= cells;
        return [depths[0], .. depths.Skip(1).Where(IsFine)];
    }

    /// <summary>Returns the grid at a depth. Each level halves both sides, rounding up.</summary>
    /// <param name="depth">Number of halvings; 0 is the latent itself.</param>
    /// <param name="latent">The latent grid.</param>
    public static Grid GridAt(int depth, Grid latent)
    {
        for (var i = 0; i < depth; i++) latent = new Grid { Width = (latent.Width + 1) / 2, Height = (latent.Height + 1) / 2 };
        return latent;
    }
}
