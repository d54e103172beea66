using ConceptExpress.Extraction.Learning;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

public class LearningTargetTests
{
    [Fact]
    public void AMargin_AddsTheCellsAround_AndNoMargin_AddsNone()
    {
        using var scope = NewDisposeScope();
        var masks = zeros(2, 6, 8);
        masks[0][2][3] = 1;
        masks[1][0][0] = 1;
        Assert.True(LearningTarget.Widened(masks, 0).allclose(masks));
        var wide = LearningTarget.Widened(masks, 1);
        Assert.Equal([2, 6, 8], wide.shape);
        Assert.Equal((9, 4), ((int)wide[0].sum().item<float>(), (int)wide[1].sum().item<float>()));
        Assert.Equal(9, wide[0].narrow(0, 1, 3).narrow(1, 2, 3).sum().item<float>());
        Assert.Equal(1, wide.max().item<float>());
    }

    [Fact]
    public void Paper_HasNoMargin() => Assert.Equal(0, ExtractionSettings.Paper.Losses.Denoising.MaskMargin);
}
