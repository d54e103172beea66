using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Tests.Items;

public sealed class ContentHashTests
{
    static readonly EvaluationPicture picture = PlainPictures.Of(0);
    static readonly ComputingRecord computing = new("model", "fp32", "cpu", 1);
    static readonly EvaluationPlan plan = new() { Methods = [new("paper", Settings)], Seeds = [1] };

    static ExtractionSettings Settings => ExtractionSettings.Paper with { Resolution = 64 };

    [Fact]
    public void AKey_DependsOnAllThatDecidesAResult()
    {
        EvaluationSetup[] different =
        [
            Setup(),
            Setup(seed: 2),
            Setup(method: new("paper", Settings with { Resolution = 96 })),
            Setup(method: new("paper", Settings, GivenMasks: true)),
            Setup(own: PlainPictures.Of(1)),
            Setup(own: picture with { Masks = picture.Masks.Take(1).ToList() }),
            Setup(own: picture with { Labels = Labels("color", "red") }),
            Setup(own: picture with { Labels = Labels("color", "blue") }),
            Setup(own: picture with { Labels = Labels("kind", "red") }),
            Setup(by: computing with { Model = "other" }),
            Setup(by: computing with { Precision = "bf16" }),
            Setup(by: computing with { Device = "cuda" }),
            Setup(by: computing with { ThreadsPerWorker = 2 }),
            Setup(samples: new SamplePlan { Count = 1 }),
            Setup(samples: new SamplePlan { Pairs = 1 }),
            Setup(samples: new SamplePlan { Sampling = new() { Steps = 1 } }),
            Setup(samples: new SamplePlan { Sampling = new() { Guidance = 1 } }),
            Setup(samples: new SamplePlan { Sampling = new() { Sampler = "pndm" } }),
        ];
        Assert.Distinct(different.Select(Key));
    }

    [Fact]
    public void AKey_DoesNotDependOnNames()
    {
        Assert.Equal(Key(Setup()), Key(Setup(own: picture with { Name = "other" })));
        Assert.Equal(Key(Setup()), Key(Setup(method: new("other", Settings))));
    }

    [Fact]
    public void PicturesOfAsManyPixels_DifferInTheirSides()
    {
        var (wide, high) = (new PixelSize { Width = 4, Height = 1 }, new PixelSize { Width = 1, Height = 4 });
        string Digest(PixelSize size) => ContentHash.OfPicture(new("a", new RgbImage(size, new byte[12]), []));
        Assert.NotEqual(Digest(wide), Digest(high));
    }

    [Fact]
    public void AMethodWhoseResolutionIsOpen_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Setup(method: new("paper", ExtractionSettings.Paper)).Items());

    static string Key(EvaluationSetup setup) => Assert.Single(setup.Items()).Key;

    static EvaluationSetup Setup(
        PlannedMethod? method = null, long seed = 1, EvaluationPicture? own = null, ComputingRecord? by = null, SamplePlan? samples = null)
    {
        var changed = plan with { Methods = [method ?? plan.Methods[0]], Seeds = [seed], Samples = samples ?? plan.Samples };
        return new EvaluationSetup(changed, [SourcePicture.Of(own ?? picture)], [], by ?? computing);
    }

    static IReadOnlyList<IReadOnlyDictionary<string, string>> Labels(string key, string value) =>
        [.. picture.Masks.Select(_ => new Dictionary<string, string> { [key] = value })];
}
