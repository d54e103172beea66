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
            AssertClose(photo, photo.Golden.Floats("map_rows"), rows, 2e-6);
            AssertClose(photo, photo.Golden.Floats("map_row_sums"), photo.Aggregated.sum([1L]), 2e-6);
            AssertClose(photo, photo.Golden.Floats("map_col_sums"), photo.Aggregated.sum([0L]), 2e-6);
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
                Assert.True(error <= 1e-5 + 1e-5 * golden[i], $"{photo.Name}: entry {i} is {ours[i]}, not {golden[i]}");
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
            for (var level = 1; level < levels.Count; level++)
                if (levels[level - 1].Labels.SequenceEqual(photo.Golden.Column("finch1/partitions", level - 1)))
                    Assert.InRange(Agreement(photo.Golden.Ints($"finch1/first_neighbour_{level}"), levels[level].Neighbours), 0.99, 1);
        }
    }

    [Fact]
    public void ChosenLevel_IsTheReferences()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            Assert.Equal(photo.Golden.Ints("chosen_level")[0], photo.Trace.ChosenLevel);
            var partition = photo.Trace.PreClustering[photo.Trace.ChosenLevel].Labels;
            Assert.InRange(GoldenTensors.AdjustedRandIndex(photo.GoldenPartition, partition), 0.99, 1);
        }
    }

    [Fact]
    public void Scores_AreTheReferences_OnAlmostEveryCell()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var (golden, labels) = (photo.Golden.Floats("scores"), photo.Trace.PreClustering[photo.Trace.ChosenLevel].Labels);
            var ours = photo.Trace.Scores;
            var close = photo.GoldenPartition.Zip(labels).Count(pair => Math.Abs(golden[pair.First] - ours[pair.Second]) < 1e-3);
            Assert.InRange((double)close / labels.Length, 0.99, 1);
        }
    }

    [Fact]
    public void Threshold_IsTheReferences()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var golden = photo.Golden.Doubles("finch2/min_sim_threshold")[0];
            Assert.NotNull(photo.Trace.Threshold);
            Assert.InRange(photo.Trace.Threshold.Value, golden * 0.999, golden * 1.001);
        }
    }

    [Fact]
    public void LargestLinks_AreTheReferences_OfCoarseLevels()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var golden = photo.Golden.Doubles("finch1/min_sim");
            Assert.Equal(golden.Length, photo.Trace.PreClustering.Count);
            for (var level = Math.Max(1, photo.Trace.ChosenLevel); level < golden.Length; level++)
                Assert.InRange(photo.Trace.PreClustering[level].LargestLink!.Value, golden[level] * 0.999, golden[level] * 1.001);
        }
    }

    [Fact]
    public void Masks_AreTheReferences()
    {
        foreach (var photo in GoldenPhoto.All)
        {
            var golden = photo.Golden.Masks("masks");
            var features = photo.Golden.Floats("features").Chunk(photo.Grid.Cells).ToArray();
            Assert.Equal(golden.Length, photo.Concepts.Count);
            Assert.Equal(golden.Length, features.Length);
            foreach (var (mask, feature) in golden.Zip(features))
            {
                var found = photo.Concepts.MaxBy(concept => GoldenTensors.Iou(mask, concept.Mask.Cells))!;
                Assert.InRange(GoldenTensors.Iou(mask, found.Mask.Cells), 0.99, 1);
                Assert.InRange(feature.Zip(found.Feature).Sum(pair => Math.Abs(pair.First - pair.Second)), 0, 0.01); // of a total of 1
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
            using var input = golden.Read("finch2/input");
            var round = 0;
            var levels = Finch.Cluster(new DivergenceOfMeans(input), new LinkRule(golden.Doubles("finch2/min_sim_threshold")[0], Touching));
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

    static void AssertClose(GoldenPhoto photo, float[] golden, Tensor ours, double relative)
    {
        var values = ours.contiguous().data<float>().ToArray();
        Assert.Equal(golden.Length, values.Length);
        var limit = relative * golden.Max();
        for (var i = 0; i < golden.Length; i++)
            Assert.True(Math.Abs(golden[i] - values[i]) <= limit, $"{photo.Name}: entry {i} is {values[i]}, not {golden[i]}");
    }
}
