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
        Assert.Contains("No up block",
            Assert.Throws<CheckpointException>(() => AttentionSites.SelfDepths(unet, new Grid { Width = 64, Height = 64 }, null)).Message);
        Assert.Contains("no common resolution", Assert.Throws<CheckpointException>(() => AttentionSites.WordDepth(unet)).Message);
    }

    [Theory]
    [InlineData(true, true, null, new[] { 0 })]
    [InlineData(true, true, 32, new[] { 0, 1 })]
    [InlineData(true, true, 33, new[] { 0 })]
    [InlineData(false, true, 1, new[] { 0 })]
    [InlineData(true, false, null, new[] { 1 })]
    [InlineData(true, false, 99, new[] { 1 })] // the finest that there is
    public void SelfAttention_IsReadOnTheWayUp_WhereItIsFineEnough(bool coarse, bool fine, int? cells, int[] depths)
    {
        using var unet = Unet(coarse, fine);
        Assert.Equal(depths, AttentionSites.SelfDepths(unet, new Grid { Width = 64, Height = 40 }, cells));
    }
}
