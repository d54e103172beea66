using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Extraction.Attention;

namespace ConceptExpress.Extraction.Tests.Attention;

public sealed class AttentionSitesTests
{
    static UNet2DConditionModel Unet(params bool[] attendsUp) => new(new UnetConfig
    {
        BlockOutChannels = [8, 8],
        NormNumGroups = 4,
        LayersPerBlock = [1],
        AttentionHeads = [2],
        CrossAttentionDim = [8],
        DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = [.. attendsUp.Select(attends => attends ? "CrossAttnUpBlock2D" : "UpBlock2D")],
    });

    [Fact]
    public void AUnetWithoutAttentionOnTheWayUp_IsRefused()
    {
        using var unet = Unet(false, false);
        Assert.Contains("No up block", Assert.Throws<CheckpointException>(() => AttentionSites.FinestSelf(unet)).Message);
        Assert.Contains("no common resolution", Assert.Throws<CheckpointException>(() => AttentionSites.WordDepth(unet)).Message);
    }

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(false, true, 0)]
    [InlineData(true, false, 1)]
    public void TheFinestSelfAttention_IsOnTheHighestResolutionOfTheWayUp(bool coarse, bool fine, int depth)
    {
        using var unet = Unet(coarse, fine);
        var finest = AttentionSites.FinestSelf(unet);
        Assert.Equal([depth], unet.AttentionLayers.Where(layer => finest(layer.Site)).Select(layer => layer.Site.Depth).Distinct());
    }
}
