using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>
/// The published localization on photos. Near ties between first neighbours are decided by rounding, so the finest levels may differ
/// a little; the clusters that matter and the masks may not.
/// </summary>
public sealed class GoldenPhotoTests
{
    [Fact]
    public void AggregatedMap_IsTheReferences()
    {
        var withMap = GoldenPhoto.All.Where(photo => photo.Golden.Contains("map_rows")).ToList();
        Assert.SkipWhen(withMap.Count == 0, "no golden photograph has rows of its aggregated map");
        foreach (var photo in withMap)
        {
            using var scope = NewDisposeScope();
            var rows = photo.Aggregated.index_select(0, photo.Golden.Read("map_rows_index"));
            AssertClose(photo, "map_rows", rows, 2e-6);
            AssertClose(photo, "map_row_sums", photo.Aggregated.sum([1L]), 2e-6);
            AssertClose(photo, "map_col_sums", photo.Aggregated.sum([0L]), 2e-6);
        }
    }

    [Fact]
    public void Divergence_OfCells_IsTheReferences()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            using var scope = NewDisposeScope();
            var index = photo.Golden.Ints("finch1/kld_rows_index");
            var rows = photo.Map.index_select(0, photo.Golden.Read("finch1/kld_rows_index"));
            var ours = SymmetricDivergence.Between(rows, photo.Map).data<float>().ToArray();
            var golden = photo.Golden.Floats("finch1/kld_rows");
            for (var i = 0; i < golden.Length; i++)
            {
                if (i % photo.Grid.Cells == index[i / photo.Grid.Cells]) continue; // the reference puts a large number on the diagonal
                var error = Math.Abs(golden[i] - ours[i]);
                var limit = 1e-5 + 1e-5 * golden[i] + photo.Golden.Rounding("finch1/kld_rows", golden[i]);
                Assert.True(error <= limit, $"{photo.Name}: entry {i} is {ours[i]}, not {golden[i]}");
            }
        }
    }

    [Fact]
    public void FirstNeighbours_AgreeWithTheReferences()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var levels = photo.Trace.PreClustering;
            Assert.InRange(Agreement(photo.Golden.Ints("finch1/first_neighbour_0"), levels[0].Neighbours), 0.99, 1);
            // Neighbours of clusters are comparable while the clusters are the same.
            for (var level = 1; level < Math.Min(levels.Count, photo.Golden["finch1/partitions"].Shape[1]); level++)
            {
                var below = levels[level - 1];
                if (below.Labels.SequenceEqual(photo.Golden.Column("finch1/partitions", level - 1)))
                    AssertSameOrTied(photo, photo.Golden.Ints($"finch1/first_neighbour_{level}"), levels[level].Neighbours, below);
            }
        }
    }

    /// <summary>Where the neighbours differ, both are as near, but for rounding.</summary>
    static void AssertSameOrTied(GoldenPhoto photo, int[] golden, IReadOnlyList<int> ours, ClusterLevel clusters)
    {
        Assert.Equal(golden.Length, ours.Count);
        if (golden.SequenceEqual(ours)) return;
        using var scope = NewDisposeScope();
        var distances = new DivergenceOfMeans(photo.Map).BetweenMeans(clusters.Labels, clusters.Clusters);
        for (var i = 0; i < golden.Length; i++) Assert.InRange(distances[i, golden[i]] - distances[i, ours[i]], 0, 1e-5);
    }

    [Fact]
    public void ChosenLevel_IsTheReferences()
    {
        foreach (var photo in GoldenPhoto.AllSettled)
        {
            Assert.Equal(photo.Golden.Ints("chosen_level")[0], photo.Trace.ChosenLevel);
            var partition = photo.Trace.PreClustering[photo.Trace.ChosenLevel].Labels;
            Assert.InRange(GoldenTensors.AdjustedRandIndex(photo.GoldenPartition, partition), 0.99, 1);
        }
    }

    [Fact]
    public void Scores_AreTheReferences_OnAlmostEveryCell()
    {
        foreach (var photo in GoldenPhoto.AllSettled)
        {
            var (golden, labels) = (photo.Golden.Floats("scores"), photo.Trace.PreClustering[photo.Trace.ChosenLevel].Labels);
            var ours = photo.Trace.Scores;
            // Cells that are in another cluster move the scores of both.
            var limit = photo.HasSameClusters ? 1e-3 : 0.05;
            var close = photo.GoldenPartition.Zip(labels)
                .Count(pair => Math.Abs(golden[pair.First] - ours[pair.Second]) < limit
                    + photo.Golden.Rounding("scores", golden[pair.First]));
            Assert.InRange((double)close / labels.Length, 0.99, 1);
        }
    }

    [Fact]
    public void Threshold_IsTheReferences()
    {
        foreach (var photo in GoldenPhoto.AllSettled)
        {
            var golden = photo.GoldenThreshold;
            Assert.Equal(golden is null, photo.Trace.Threshold is null);
            if (golden is { } expected)
                Assert.Equal(expected, photo.Trace.Threshold!.Value, LinkTolerance(photo, photo.Trace.ChosenLevel) * expected);
        }
    }

    [Fact]
    public void LargestLinks_AreTheReferences_OfCoarseLevels()
    {
        foreach (var photo in GoldenPhoto.AllSettled)
        {
            var golden = photo.Golden.Doubles("finch1/min_sim");
            Assert.Equal(golden.Length, photo.Trace.PreClustering.Count);
            for (var level = Math.Max(1, photo.Trace.ChosenLevel); level < golden.Length; level++)
                Assert.Equal(golden[level], photo.Trace.PreClustering[level].MaxLink!.Value, LinkTolerance(photo, level) * golden[level]);
        }
    }

    // A link is a distance of two means; where a few cells are in other clusters, means move.
    static double LinkTolerance(GoldenPhoto photo, int level) =>
        photo.Trace.PreClustering[level - 1].Labels.SequenceEqual(photo.Golden.Column("finch1/partitions", level - 1)) ? 1e-3 : 0.02;

    [Fact]
    public void Masks_AreTheReferences()
    {
        foreach (var photo in GoldenPhoto.AllSettled)
        {
            var golden = photo.Golden.Masks("masks");
            var features = photo.Golden.Floats("features").Chunk(photo.Grid.Cells).ToArray();
            Assert.Equal(golden.Length, photo.Concepts.Count);
            Assert.Equal(golden.Length, features.Length);
            foreach (var (mask, feature) in golden.Zip(features))
            {
                // One cell of a small mask is more than a hundredth of it.
                var least = photo.HasSameClusters ? 0.99 : 0.95;
                var found = photo.Concepts.MaxBy(concept => GoldenTensors.Iou(mask, concept.Mask.Cells))!;
                Assert.InRange(GoldenTensors.Iou(mask, found.Mask.Cells), least, 1);
                var rounding = feature.Sum(value => photo.Golden.Rounding("features", value));
                // of a total of 1
                Assert.InRange(feature.Zip(found.Feature).Sum(pair => Math.Abs(pair.First - pair.Second)), 0, 1 - least + rounding);
            }
        }
    }

    [Fact]
    public void PostClustering_OfTheReferencesCandidates_IsExact()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var (golden, candidates, chosen) = (photo.Golden, photo.Golden.Ints("candidates").ToList(), photo.GoldenPartition);
            var cells = Array.ConvertAll(chosen, cluster => candidates.IndexOf(cluster));
            using var input = golden.Read("finch2/input", ScalarType.Float32);
            var round = 0;
            var levels = Finch.Cluster(new DivergenceOfMeans(input), new LinkRule(photo.GoldenThreshold, Touching));
            Assert.Equal(golden["finch2/partitions"].Shape[1], levels.Count);
            Assert.All(levels.Index(), level => Assert.Equal(golden.Column("finch2/partitions", level.Index), level.Item.Labels));

            bool[] Touching(ReadOnlySpan<int> labels, int count)
            {
                var label = labels.ToArray();
                var touching = ConnectedRegions.Touching(Array.ConvertAll(cells, i => i < 0 ? -1 : label[i]), count, photo.Grid);
                Assert.Equal(golden.Bools($"finch2/connect_{round++}"), touching);
                return touching;
            }
        }
    }

    static double Agreement(int[] a, int[] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b).Count(pair => pair.First == pair.Second) / (double)a.Length;
    }

    static void AssertClose(GoldenPhoto photo, string name, Tensor ours, double relative)
    {
        var golden = photo.Golden.Floats(name);
        var values = ours.contiguous().data<float>().ToArray();
        Assert.Equal(golden.Length, values.Length);
        var limit = relative * golden.Max();
        for (var i = 0; i < golden.Length; i++)
            Assert.True(
                Math.Abs(golden[i] - values[i]) <= limit + photo.Golden.Rounding(name, golden[i]),
                $"{photo.Name}: entry {i} is {values[i]}, not {golden[i]}");
    }
}
