using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;

namespace ConceptExpress.Extraction.Tests;

/// <summary>What settings are refused, and how they are told.</summary>
public sealed class ExtractionSettingsTests
{
    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    static string Refusal(ExtractionSettings settings) => Assert.Throws<SettingsException>(settings.Validated).Message;

    [Theory, MemberData(nameof(Presets))]
    public void APreset_IsValid_AndNamesItself(Preset preset)
    {
        var settings = ExtractionSettings.For(preset);
        Assert.Same(settings, settings.Validated());
        Assert.Equal(preset, settings.Preset);
    }

    [Theory, MemberData(nameof(Presets))]
    public void EveryNumber_HasARange(Preset preset) => Assert.Empty(DeclaredRanges.Unlimited(ExtractionSettings.For(preset)));

    [Theory, MemberData(nameof(Presets))]
    public void EveryRange_RefusesWhatIsJustOutside_AndTheMessageNamesTheSettingAsJsonDoes(Preset preset)
    {
        var outside = DeclaredRanges.JustOutside(ExtractionSettings.For(preset));
        // Something of every part: the tree was searched.
        foreach (var path in new[]
        {
            "resolution", "seed", "locating.maxConcepts", "locating.minProminence", "locating.clustering.minClusters",
            "locating.clustering.clusters", "locating.minSaliency",
            "locating.clusters.minClusters", "locating.cuts.maxCost", "locating.timesteps[0]",
            "learning.passes", "learning.start.placeholders", "learning.start.spread",
            "learning.start.search.large.rounds[0].kept", "learning.start.search.small.sums[2]", "learning.optimizer.learningRate",
            "learning.closeUps.fill",
            "losses.denoising.maskMargin", "losses.alignment.lambda", "losses.contrastTemperature",
        })
            Assert.Contains(outside, each => each.Path == path);
        Assert.All(outside, each =>
        {
            var message = Refusal((ExtractionSettings)each.Settings);
            Assert.StartsWith($"{each.Path} is ", message);
            Assert.EndsWith(".", message);
            Assert.DoesNotContain('\n', message);
        });
    }

    [Theory, MemberData(nameof(Presets))]
    public void EveryRange_TakesItsEnds(Preset preset) =>
        Assert.All(DeclaredRanges.AtTheEnds(ExtractionSettings.For(preset)), each => SettingsCheck.Require(each.Settings));

    [Fact]
    public void AMergeAfterTheLastPass_IsRefused_AndOneAtTheEndIsNot()
    {
        ExtractionSettings Merging(int at) =>
            ExtractionSettings.Paper with { Learning = new LearningSettings { Passes = 7, MergePass = at } };
        Assert.Equal(7, Merging(7).Validated().Learning.MergePass);
        var message = Refusal(Merging(8));
        Assert.StartsWith("learning.mergePass 8 ", message);
        Assert.Contains("learning.passes", message);
    }

    [Fact]
    public void NoTimesteps_AreRefused() =>
        Assert.StartsWith("locating.timesteps ", Refusal(new() { Locating = new BorderLocating { Timesteps = [] } }));

    [Fact]
    public void MoreConceptsThanTheMost_AreRefused()
    {
        Assert.Contains("locating.maxConcepts", Refusal(new() { Locating = new BorderLocating { MinConcepts = 3, MaxConcepts = 2 } }));
        new ExtractionSettings { Locating = new BorderLocating { MinConcepts = 2, MaxConcepts = 2 } }.Validated();
        new ExtractionSettings { Locating = new BorderLocating { MinConcepts = 2 } }.Validated();
    }

    [Fact]
    public void TimesOfASearchThatDoNotRise_AreRefused() => Assert.Contains("learning.start.search.firstTime",
        Refusal(new()
        {
            Learning = new LearningSettings
            {
                Start = new BestWords
                {
                    Search = new WordSearchSettings
                    {
                        FirstTime = 0.5,
                        LastTime = 0.5
                    }
                }
            }
        }));

    [Fact]
    public void ASearchOfNoSums_OrInNoRounds_IsRefused()
    {
        var search = new WordSearchSettings();
        ExtractionSettings With(WordSearchSettings changed) =>
            ExtractionSettings.Express with { Learning = new LearningSettings { Start = new BestWords { Search = changed } } };
        Assert.StartsWith("learning.start.search.small.sums ", Refusal(With(search with { Small = search.Small with { Sums = [] } })));
        Assert.StartsWith("learning.start.search.large.sums ", Refusal(With(search with { Large = search.Large with { Sums = [0, 0] } })));
        Assert.StartsWith("learning.start.search.small.rounds ", Refusal(With(search with { Small = search.Small with { Rounds = [] } })));
        With(search with { Small = search.Small with { Sums = [0, 1] } }).Validated();
    }

    [Theory]
    [InlineData(500, 100, 50, 10)]
    [InlineData(500, 100, 500, 100)]
    [InlineData(30, 6, 1, 0)]
    [InlineData(7, 7, 3, 3)]
    [InlineData(5, 0, 200, 0)]
    public void OtherPasses_KeepTheMergesShare(int passes, int merge, int wanted, int expected)
    {
        var learning = new LearningSettings { Passes = passes, MergePass = merge }.WithPasses(wanted);
        Assert.Equal((wanted, expected), (learning.Passes, learning.MergePass));
        (ExtractionSettings.Paper with { Learning = learning }).Validated();
    }

    [Fact]
    public void EveryWayOfLocating_MakesALocatorOfItsOwn()
    {
        var locator =
            Assert.IsType<BorderLocator>(new BorderLocating { Timesteps = [0, 10, 20], DrawsPerTimestep = 4 }.NewLocator(seed: 1));
        Assert.Equal((12, 12), (locator.Evaluations(given: false), locator.Evaluations(given: true)));
        var published = Assert.IsType<PublishedLocator>(new PublishedLocating().NewLocator(seed: 1));
        // whether anything stands out is asked apart
        Assert.Equal((1 + 3, 1), (published.Evaluations(given: false), published.Evaluations(given: true)));
        Assert.Equal(1, new PublishedLocating { MinProminence = null }.NewLocator(seed: 1).Evaluations(given: false));
    }

    [Fact]
    public void Paper_IsThePublishedRun()
    {
        var (paper, locating) = (ExtractionSettings.Paper, Assert.IsType<PublishedLocating>(ExtractionSettings.Paper.Locating));
        var (learning, losses) = (paper.Learning, paper.Losses);
        Assert.Equal((10, 1.0, (int?)null),
            (Assert.IsType<FinchClustering>(locating.Clustering).MinClusters, locating.MinSaliency, locating.MaxConcepts));
        Assert.Equal((500, 100, 5, 1, true),
            (learning.Passes, learning.MergePass, learning.SplitTokens, learning.BatchSize, learning.Flips));
        Assert.Equal(50, Assert.IsType<LateWords>(learning.Start).Placeholders);
        Assert.Null(learning.CloseUps);
        Assert.Equal(new OptimizerSettings
        {
            LearningRate = 5e-4,
            RateUnit = RateUnit.Absolute,
            FinalShare = 1,
            Beta1 = 0.9,
            Beta2 = 0.999,
            Epsilon = 1e-8,
            WeightDecay = 1e-2,
            MaxGradientNorm = 1,
        }, learning.Optimizer);
        Assert.Equal(new LossSettings
        {
            Denoising = new DenoisingSettings(),
            Alignment = new EarthMoverAlignment { Lambda = 1e-3, Iterations = 200 },
            AlignmentWeight = 1e-5,
            ContrastWeight = 1e-3,
            ContrastTemperature = 0.07,
        }, losses);
        Assert.Equal(new DenoisingSettings { PerMaskedElement = false, MaskMargin = 0 }, losses.Denoising);
    }
}
