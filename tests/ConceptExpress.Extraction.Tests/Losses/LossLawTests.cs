using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Losses;

public class LossLawTests
{
    static readonly double Temperature = new LossSettings().ContrastTemperature;

    static readonly EarthMoverAlignment Published = new();

    [Property(MaxTest = 20)]
    public void MaskedDenoising_IgnoresWhatIsOutsideTheMask(int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(seed, "test");
        var (predicted, target) = (random.Normal([1, 4, 6, 6], CPU), random.Normal([1, 4, 6, 6], CPU));
        var mask = random.Normal([1, 1, 6, 6], CPU).gt(0).to(float32);
        var elsewhere = predicted + random.Normal([1, 4, 6, 6], CPU) * (1 - mask);
        Assert.Equal(MaskedDenoisingLoss.Of(predicted, target, mask).item<float>(),
            MaskedDenoisingLoss.Of(elsewhere, target, mask).item<float>(), 1e-6f);
        Assert.Equal(MaskedDenoisingLoss.PerMaskedElement(predicted, target, mask).item<float>(),
            MaskedDenoisingLoss.PerMaskedElement(elsewhere, target, mask).item<float>(), 1e-5f);
    }

    [Property(MaxTest = 20)]
    public void TokenContrast_DoesNotDependOnTheRowsLengths(int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(seed, "test");
        var rows = random.Normal([6, 5], CPU);
        var scaled = rows * random.Normal([6, 1], CPU).abs().add(0.1);
        Assert.Equal(TokenContrastLoss.Of(rows, 3, Temperature).item<float>(), TokenContrastLoss.Of(scaled, 3, Temperature).item<float>(),
            1e-3f);
    }

    [Property(MaxTest = 20)]
    public void SquaredAlignment_IsZeroForTheTarget_AtAnyScale_AndAtMostOne(int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(seed, "test");
        var (attention, target) = (random.Uniform([2, 5, 4], CPU), random.Uniform([2, 5, 4], CPU));
        Assert.All(SquaredAlignmentLoss.PerToken(target * 0.01, target).data<float>().ToArray(), loss => Assert.Equal(0, loss, 1e-6f));
        Assert.All(SquaredAlignmentLoss.PerToken(attention, target).data<float>().ToArray(), loss => Assert.InRange(loss, 1e-4f, 1));
    }

    [Fact]
    public void AttentionAlignment_PullsAttentionTowardsItsTarget()
    {
        using var scope = NewDisposeScope();
        var attention = full([1, 8, 8], 0.01f);
        attention[0, 1, 1] = 1;
        var target = full([1, 8, 8], 0.01f);
        target[0, 6, 6] = 1;
        var learned = attention.log().requires_grad_(true);
        AttentionAlignmentLoss.PerToken(learned.exp(), target, Published.Lambda, Published.Iterations).sum().backward();
        var step = -learned.grad!;
        Assert.True(step[0, 1, 1].item<float>() < 0, "mass leaves where it should not be");
        Assert.True(step[0, 6, 6].item<float>() > 0, "mass comes where it should be");
    }

    [Fact]
    public void TokenContrast_FallsWhenPartnersAgree()
    {
        using var scope = NewDisposeScope();
        var apart = tensor(new float[] { 1, 0, 0, 1, 0, 1, 1, 0 }).view(4, 2);   // tokens 0 and 2 are partners, 1 and 3 too
        var together = tensor(new float[] { 1, 0, 0, 1, 1, 0, 0, 1 }).view(4, 2);
        Assert.True(
            TokenContrastLoss.Of(together, 2, Temperature).item<float>() < TokenContrastLoss.Of(apart, 2, Temperature).item<float>());
    }
}
