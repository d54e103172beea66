using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Losses;

/// <summary>Which losses there are in which phase, and what is told of them.</summary>
public sealed class LossTermTests
{
    static IEnumerable<string> Names(LossSettings settings, bool split) => LossTerm.All(settings, split).Select(term => term.Name);

    [Fact]
    public void Contrast_IsALossOfSplitTokensOnly()
    {
        Assert.Equal(["denoising", "alignment", "contrast"], Names(new LossSettings(), split: true));
        Assert.Equal(["denoising", "alignment"], Names(new LossSettings(), split: false));
    }

    [Fact]
    public void ALossOfWeightZero_IsLeftOut()
    {
        Assert.Equal(["denoising", "contrast"], Names(new LossSettings { AlignmentWeight = 0 }, split: true));
        Assert.Equal(["denoising", "alignment"], Names(new LossSettings { ContrastWeight = 0 }, split: true));
        Assert.Equal(["denoising"], Names(new LossSettings { AlignmentWeight = 0, ContrastWeight = 0 }, split: true));
    }

    [Fact]
    public void Weights_AreThoseOfTheSettings()
    {
        var terms = LossTerm.All(new LossSettings { AlignmentWeight = 0.25, ContrastWeight = 3 }, split: true);
        Assert.Equal([1, 0.25, 3], terms.Select(term => term.Weight));
    }

    [Fact]
    public void EveryTerm_IsTheLossItIsNamedAfter_AndAScalar()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "losses");
        var mask = random.Uniform([1, 1, 8, 8], CPU).gt(0.5).to(float32);
        var inputs = new LossInputs(random.Normal([2, 4, 8, 8], CPU), random.Normal([2, 4, 8, 8], CPU), mask,
            random.Uniform([2, 3, 4, 4], CPU),
            random.Uniform([3, 8, 8], CPU), random.Normal([6, 5], CPU), Concepts: 3);
        float Of(string name, LossSettings settings)
        {
            var value = LossTerm.All(settings, split: true).Single(term => term.Name == name).Of(inputs);
            Assert.Equal(1, value.numel());
            return value.item<float>();
        }
        var usual = new LossSettings();
        Assert.Equal(MaskedDenoisingLoss.Of(inputs.Predicted, inputs.Wanted, mask).item<float>(), Of("denoising", usual), 1e-6f);
        Assert.Equal(MaskedDenoisingLoss.PerMaskedElement(inputs.Predicted, inputs.Wanted, mask.expand(2, -1, -1, -1)).item<float>(),
            Of("denoising", usual with { Denoising = new DenoisingSettings { PerMaskedElement = true } }), 1e-5f);
        Assert.Equal(TokenContrastLoss.Of(inputs.Rows, 3, 0.5).item<float>(), Of("contrast", usual with { ContrastTemperature = 0.5 }),
            1e-6f);
        // Summed over the tokens, averaged over the batch.
        var targets = AttentionAlignmentLoss.TargetsOn(inputs.Features, Grid.Square(4));
        var squares = inputs.Maps.unbind(0).Average(maps => SquaredAlignmentLoss.PerToken(maps, targets).sum().item<float>());
        Assert.Equal(squares, Of("alignment", usual with { Alignment = new SquaredAlignment() }), 1e-5f);
        var distances = inputs.Maps.unbind(0).Average(maps => AttentionAlignmentLoss.PerToken(maps, targets, 1, 50).sum().item<float>());
        Assert.Equal(distances, Of("alignment", usual with { Alignment = new EarthMoverAlignment { Lambda = 1, Iterations = 50 } }),
            1e-3f * distances);
    }

    [Fact]
    public void Values_AreToldByName_WithTheirSumLast()
    {
        var values = Values(3, ("denoising", 1), ("contrast", 2));
        Assert.Equal((1, 2, 0), (values["denoising"], values["contrast"], values["alignment"]));
        Assert.Equal(["denoising", "contrast", LossValues.TotalName], values.All.Select(term => term.Key));
        Assert.Equal([1, 2, 3], values.All.Select(term => term.Value));
    }

    [Fact]
    public void MeanOfSteps_AveragesATermOverTheStepsThatHaveIt()
    {
        var mean = LossValues.MeanOf([Values(4, ("denoising", 1), ("contrast", 8)), Values(2, ("denoising", 3))])!;
        Assert.Equal((2, 8, 3), (mean["denoising"], mean["contrast"], mean.Total));
        Assert.Null(LossValues.MeanOf([]));
    }

    static LossValues Values(double total, params (string Name, double Value)[] terms) =>
        new([.. terms.Select(term => KeyValuePair.Create(term.Name, term.Value))], total);
}
