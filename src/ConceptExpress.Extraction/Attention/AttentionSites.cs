using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Unet;

namespace ConceptExpress.Extraction.Attention;

/// <summary>Which sites of a UNet the method reads, found from its structure.</summary>
public static class AttentionSites
{
    /// <summary>
    /// The depth of the cross-attention that tells where a word lies: the lowest resolution at which the ways down and up both attend to
    /// the text. In Stable Diffusion at 512 px these are "the 16x16 layers".
    /// </summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static int WordDepth(UNet2DConditionModel unet)
    {
        IEnumerable<int> Depths(UnetStage stage) => unet.AttentionLayers.Where(l => l.Site.IsCross && l.Site.Stage == stage).Select(l => l.Site.Depth);
        var common = Depths(UnetStage.Down).Intersect(Depths(UnetStage.Up)).ToList();
        return common.Count > 0 ? common.Max() : throw new CheckpointException("No resolution of this UNet attends to the text both on the way down and up, as a Stable Diffusion checkpoint does; use one that does.");
    }

    /// <summary>The cross-attention sites at <see cref="WordDepth"/>, down and up.</summary>
    public static Func<AttentionSite, bool> OfWords(UNet2DConditionModel unet)
    {
        var depth = WordDepth(unet);
        return site => site.IsCross && site.Depth == depth && site.Stage != UnetStage.Middle;
    }

    /// <summary>The self-attention sites of the highest resolution that has any, on the way up, where more is known of the picture than on the way down.</summary>
    public static Func<AttentionSite, bool> FinestSelf(UNet2DConditionModel unet)
    {
        var depth = FinestSelfDepth(unet);
        return site => !site.IsCross && site.Stage == UnetStage.Up && site.Depth == depth;
    }

    /// <summary>The self-attention sites of the resolution below the highest one, on the way down and up; there may be none.</summary>
    public static Func<AttentionSite, bool> CoarserSelf(UNet2DConditionModel unet)
    {
        var depth = FinestSelfDepth(unet) + 1;
        return site => !site.IsCross && site.Depth == depth;
    }

    static int FinestSelfDepth(UNet2DConditionModel unet) => unet.AttentionLayers.Where(l => !l.Site.IsCross && l.Site.Stage == UnetStage.Up).Min(l => l.Site.Depth);

    /// <summary>The grid at a depth: every level halves the latent's sides, rounding up.</summary>
    public static Grid GridAt(int depth, Grid latent)
    {
        for (var i = 0; i < depth; i++) latent = new Grid { Width = (latent.Width + 1) / 2, Height = (latent.Height + 1) / 2 };
        return latent;
    }
}
