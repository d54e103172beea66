using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Tests.Settings;

public sealed class SettingsJsonTests
{
    /// <summary>Every member of every family, each in some settings.</summary>
    public static TheoryData<string> AllKinds =>
    [
        "paper", "express", "learning.start.kind=mean-word", "learning.start.kind=random-rows", "locating.clustering.kind=k-means",
        "losses.alignment.kind=squared",
    ];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Assignments_ReachEverySetting(string which)
    {
        var settings = Settings(which);
        var other = EverySetting.Leaves(Json(Other(settings))).ToDictionary();
        var leaves = EverySetting.Leaves(Json(settings)).Where(leaf => !leaf.Path.EndsWith("kind", StringComparison.Ordinal)).ToList();
        Assert.True(leaves.Count > 25);
        foreach (var (path, value) in leaves)
        {
            Assert.NotEqual(value, other[path]);
            var changed = EverySetting.Leaves(Json(SettingsJson.With(settings, [$"{path}={other[path]}"]))).ToList();
            Assert.Equal(leaves.Count, changed.Count(leaf => !leaf.Path.EndsWith("kind", StringComparison.Ordinal)));
            foreach (var leaf in changed)
                Assert.Equal(leaf.Path == path ? other[path] : leaves.FirstOrDefault(before => before.Path == leaf.Path, leaf).Value,
                    leaf.Value);
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Assignments_OfWhatIsThere_ChangeNothing(string which)
    {
        var settings = Settings(which);
        var all = EverySetting.Leaves(Json(settings)).Select(leaf => $"{leaf.Path}={leaf.Value}");
        Assert.Equal(EverySetting.Text(settings), EverySetting.Text(SettingsJson.With(settings, all)));
    }

    [Fact]
    public void PlainWords_NeedNoQuotes()
    {
        Assert.Equal(RateUnit.Absolute,
            SettingsJson.With(ExtractionSettings.Express, ["learning.optimizer.rateUnit=absolute"]).Learning.Optimizer.RateUnit);
        Assert.Equal(Preset.Paper, SettingsJson.With(ExtractionSettings.Express, ["preset=\"paper\""]).Preset);
    }

    [Fact]
    public void LaterAssignments_Win() => Assert.Equal(7, SettingsJson.With(ExtractionSettings.Paper, ["seed=5", "seed=6", "seed=7"]).Seed);

    public static TheoryData<string, string> Refused => new()
    {
        { "passes=5", "passes" },
        { "learning.pases=5", "learning.pases" },
        { "Learning.Passes=5", "Learning" },
        { "learning..passes=5", "learning." },
        { "learning.passes.more=5", "learning.passes" },
        { "learning.passes={\"more\":5}", "learning.passes" },
        { "learning.passes=many", "learning.passes" },
        { "learning.passes=2.5", "learning.passes" },
        { "learning.passes=\"5\"", "learning.passes" },
        { "learning.passes=null", "learning.passes" },
        { "learning.passes=[5]", "learning.passes" },
        { "learning.passes=99999999999", "learning.passes" },
        { "learning.passes=", "learning.passes" },
        { "learning.flips=1", "learning.flips" },
        { "learning.optimizer.rateUnit=metre", "learning.optimizer.rateUnit" },
        { "learning.optimizer.rateUnit=1", "learning.optimizer.rateUnit" },
        { "learning.optimizer.rateUnit=\"1\"", "learning.optimizer.rateUnit" },
        { "learning.optimizer.rateUnit=\"absolute, row-length\"", "learning.optimizer.rateUnit" },
        { "preset=7", "preset" },
        { "learning.optimizer=adam", "learning.optimizer" },
        { "learning.optimizer=null", "learning.optimizer" },
        { "learning.start=mean-word", "learning.start" },
        { "learning.start.kind=best", "learning.start.kind" },
        { "learning.start.kind=finch", "learning.start.kind" },
        { "learning.start.kind=5", "learning.start.kind" },
        { "learning.start.kind=null", "learning.start" },
        { "learning.start={\"kind\":{}}", "learning.start.kind" },
        { "learning.kind=best-words", "learning.kind" },
        { "kind=published", "kind" },
        { "locating.timesteps=50", "locating.timesteps" },
        { "locating.timesteps=[50,\"a\"]", "locating.timesteps" },
        { "locating.timesteps=[50,null]", "locating.timesteps" },
        { "locating.timesteps=null", "locating.timesteps" },
        { "locating.minSaliency=1", "locating.minSaliency" },
        { "learning.start.search.small.rounds=[null]", "learning.start.search.small.rounds" },
        { "learning.start.search.small.rounds=[5]", "learning.start.search.small.rounds" },
        { "learning.start.search.small.rounds=[{\"samples\":1}]", "learning.start.search.small.rounds" },
        { "learning.start.search.small.rounds=[{\"samples\":1,\"kept\":1,\"lost\":1}]", "learning.start.search.small.rounds" },
        { "learning={\"passes\":1,\"passes\":2}", "learning" },
        { "learning.passes", "learning.passes" },
        { "=5", "=5" },
        { "", "''" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void AssignmentsThatCannotBe_AreRefusedBySentencesThatNameThem(string assignment, string named)
    {
        var refusal = Assert.Throws<SettingsException>(() => SettingsJson.With(ExtractionSettings.Express, [assignment]));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherKind_BeginsWithItsDefaults_ButKeepsWhatBothHave()
    {
        var published = SettingsJson.With(ExtractionSettings.Express,
            ["locating.maxConcepts=3", "locating.walks=9", "locating.kind=published"]);
        Assert.Equal(EverySetting.Text(new PublishedLocating { MaxConcepts = 3 }), EverySetting.Text(published.Locating));
        var back = SettingsJson.With(published, ["locating.kind=border"]);
        Assert.Equal(EverySetting.Text(new BorderLocating { MaxConcepts = 3 }), EverySetting.Text(back.Locating));
        var mean = SettingsJson.With(ExtractionSettings.Express, ["learning.start.spread=0.3", "learning.start.kind=mean-word"]);
        Assert.Equal(new MeanWord { Spread = 0.3 }, mean.Learning.Start);
        var squared = SettingsJson.With(ExtractionSettings.Express,
            ["losses.alignment.lambda=1", "losses.alignment.kind=squared", "losses.alignment.kind=earth-mover"]);
        Assert.Equal(new EarthMoverAlignment(), squared.Losses.Alignment);
    }

    [Fact]
    public void AnotherKind_AndItsSettings_MayBeSetTogether()
    {
        var settings = SettingsJson.With(ExtractionSettings.Express,
            ["locating={\"clustering\":{\"clusters\":7,\"kind\":\"k-means\"},\"kind\":\"published\"}"]);
        Assert.Equal(new KMeansClustering { Clusters = 7 }, Assert.IsType<PublishedLocating>(settings.Locating).Clustering);
    }

    static ExtractionSettings Settings(string which) => which switch
    {
        "paper" => ExtractionSettings.Paper,
        "express" => ExtractionSettings.Express,
        _ when which.StartsWith("locating.clustering", StringComparison.Ordinal) => SettingsJson.With(ExtractionSettings.Paper, [which]),
        _ => SettingsJson.With(ExtractionSettings.Express, [which]),
    };

    /// <summary>Settings of the same kinds in which everything differs.</summary>
    static ExtractionSettings Other(ExtractionSettings settings)
    {
        var kinds = EverySetting.Leaves(Json(settings)).Where(leaf => leaf.Path.EndsWith("kind", StringComparison.Ordinal)).ToList();
        foreach (var (path, _) in EverySetting.Leaves(Json(settings)))
            if (EverySetting.Changed(settings).Select(change => (ExtractionSettings)change.Settings)
                .FirstOrDefault(change => Differ(Json(settings), Json(change)).SequenceEqual([path])) is { } changed
                    && !path.EndsWith("kind", StringComparison.Ordinal))
                settings = changed;
        Assert.Equal(kinds, EverySetting.Leaves(Json(settings)).Where(leaf => leaf.Path.EndsWith("kind", StringComparison.Ordinal)));
        return settings;
    }

    static IEnumerable<string> Differ(JsonElement a, JsonElement b) =>
        EverySetting.Leaves(a).Except(EverySetting.Leaves(b)).Concat(EverySetting.Leaves(b).Except(EverySetting.Leaves(a)))
            .Select(leaf => leaf.Path).Distinct();

    static JsonElement Json(ExtractionSettings settings) =>
        JsonSerializer.SerializeToElement(SettingsRecord.Of(settings), LibraryJson.Compact);
}
