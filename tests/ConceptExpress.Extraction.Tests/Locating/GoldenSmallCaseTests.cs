using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>Small maps, picked because one rule of the published code decides the outcome; they must come out exactly.</summary>
public sealed class GoldenSmallCaseTests
{
    [Fact]
    public void ChosenPartitions_AreExact()
    {
        ForEachCase((golden, key, _, trace, _) =>
        {
            Assert.Equal(golden[$"{key}/finch1/partitions"].Shape[1], trace.PreClustering.Count);
            Assert.Equal(golden.Column($"{key}/finch1/partitions", trace.ChosenLevel), trace.PreClustering[trace.ChosenLevel].Labels);
        });
    }

    /// <summary>The finest level has neighbours whose divergences are a rounding error of the reference's apart.</summary>
    [Fact]
    public void EveryPartition_IsExact_UnlessFirstNeighboursAreTies()
        => ForEachCase((golden, key, _, trace, _) =>
        {
            var points = new DivergenceOfMeans(MapOf(golden, key));
            var (labels, clusters) = (Enumerable.Range(0, points.Points).ToArray(), points.Points);
            foreach (var (index, level) in trace.PreClustering.Index())
            {
                var distances = points.BetweenMeans(labels, clusters);
                var neighbours = golden.Ints($"{key}/finch1/first_neighbour_{index}");
                for (var i = 0; i < clusters; i++)
                    Assert.InRange(distances[i, neighbours[i]] - distances[i, level.Neighbours[i]], 0, 1e-5);
                if (!neighbours.SequenceEqual(level.Neighbours)) break;
                Assert.Equal(golden.Column($"{key}/finch1/partitions", index), level.Labels);
                (labels, clusters) = (level.Labels, level.Clusters);
            }
        });

    [Fact]
    public void LargestLinks_CountMutualPairsTwice()
        => ForEachCase((golden, key, _, trace, _) =>
        {
            var links = golden.Doubles($"{key}/finch1/min_sim");
            for (var level = 1; level < links.Length; level++) // undefined for the first
                Assert.Equal(links[level], trace.PreClustering[level].MaxLink!.Value, 1e-5 * links[level]);
        });

    [Fact]
    public void Results_AreExact()
    {
        var results = 0;
        ForEachCase((golden, key, description, trace, concepts) =>
        {
            if (!golden.Contains($"{key}/masks")) return;
            results++;
            Assert.Equal(description.GetProperty("chosen_level").GetInt32(), trace.ChosenLevel);
            Assert.Equal(description.GetProperty("candidates").Deserialize<int[]>(), trace.Candidates);
            AssertEqual(golden, $"{key}/scores", trace.Scores, 1e-5);
            Assert.Equal(golden[$"{key}/finch2/partitions"].Shape[1], trace.PostClustering.Count);
            foreach (var (index, level) in trace.PostClustering.Index())
                Assert.Equal(golden.Column($"{key}/finch2/partitions", index), level.Labels);

            Assert.Equal(golden.Masks($"{key}/masks"), concepts.Select(concept => concept.Mask.Cells));
            var features = concepts.SelectMany(concept => concept.Feature).Select(value => (double)value).ToArray();
            AssertEqual(golden, $"{key}/features", features, 1e-6);
        });
        Assert.SkipWhen(results == 0, "no small case has a result");
    }

    static void AssertEqual(SafeTensorsFile golden, string name, double[] actual, double limit)
    {
        var expected = golden.Floats(name);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, limit + golden.Rounding(name, pair.First)));
    }

    [Fact]
    public void TouchingMasks_AreExact()
    {
        var compared = 0;
        ForEachCase((golden, key, description, trace, _) =>
        {
            if (!golden.Contains($"{key}/finch2/connect_0")) return;
            compared++;
            var candidates = description.GetProperty("candidates").Deserialize<int[]>()!.ToList();
            var cells = Array.ConvertAll(trace.PreClustering[trace.ChosenLevel].Labels, cluster => candidates.IndexOf(cluster));
            var touching = ConnectedRegions.Touching(cells, candidates.Count, GridOf(golden, key));
            Assert.Equal(golden.Bools($"{key}/finch2/connect_0"), touching);
        });
        Assert.SkipWhen(compared == 0, "no small case tells which masks touch");
    }

    [Fact]
    public void WhereTheReferenceFails_ALevelIsTakenAllTheSame()
    {
        var failed = 0;
        ForEachCase((_, _, description, trace, concepts) =>
        {
            if (description.GetProperty("error").ValueKind == JsonValueKind.Null) return;
            failed++;
            var enough = trace.PreClustering.Count(level => level.Clusters >= 10);
            Assert.Equal(Math.Max(enough - 1, 0), trace.ChosenLevel);
            Assert.NotEmpty(concepts);
        });
        Assert.SkipWhen(failed == 0, "the reference fails in no small case");
    }

    static void ForEachCase(Action<SafeTensorsFile, string, JsonElement, PublishedTrace, IReadOnlyList<LocatedConcept>> check)
    {
        using var golden = SafeTensorsFile.Open(TestFolders.Golden("localization/small_cases.safetensors", committed: true));
        using var descriptions = JsonDocument.Parse(File.ReadAllText(TestFolders.Golden("localization/small_cases.json", committed: true)));
        var cases = descriptions.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        foreach (var (index, description) in cases.Index())
        {
            using var scope = NewDisposeScope();
            var key = $"case{index:00}";
            var grid = GridOf(golden, key);
            var map = new CellMap(grid, MapOf(golden, key), SaliencyMap.Of(golden.Read($"{key}/eot"), grid));
            var (concepts, trace) = new PublishedLocator(new PublishedLocating(), seed: 0).Locate(map);
            check(golden, key, description, trace, concepts);
        }
    }

    static Tensor MapOf(SafeTensorsFile golden, string key)
        => SelfAttentionMap.NormalizeRows(golden.Read($"{key}/map", ScalarType.Float32));

    static Grid GridOf(SafeTensorsFile golden, string key)
    {
        return Grid.Square((int)Math.Sqrt(golden[$"{key}/map"].Shape[0]));
    }
}
