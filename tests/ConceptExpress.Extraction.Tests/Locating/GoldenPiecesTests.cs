using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>Single steps of localization against the reference's numbers.</summary>
public sealed class GoldenPiecesTests : IDisposable
{
    readonly SafeTensorsFile golden = SafeTensorsFile.Open(TestFolders.Golden("losses/losses.safetensors", committed: true));
    readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    [Fact]
    public void Divergence_WithinASet_IsTheReferences()
        => AssertClose("kld/pp", SymmetricDivergence.Within(Read("kld/p")), (_, _) => true);

    [Fact]
    public void Divergence_BetweenSets_IsTheReferences()
        => AssertClose("kld/pq", SymmetricDivergence.Between(Read("kld/p"), Read("kld/q")), (_, _) => true);

    [Fact]
    public void Divergence_WithAZero_IsFinite_AndElsewhereTheReferences()
    {
        var rows = Read("kld/p_with_one_zero");
        var ours = SymmetricDivergence.Within(rows);
        Assert.True(ours.isfinite().all().item<bool>());
        var withZero = rows.eq(0).any(1).data<bool>().ToArray();
        Assert.Contains(true, withZero);
        AssertClose("kld/p_with_one_zero_dist", ours, (i, j) => !withZero[i] && !withZero[j]);
    }

    [Fact]
    public void Touching_IsTheReferences()
    {
        foreach (var kind in new[] { "", "diagonal_" })
        {
            if (!golden.Contains($"connect/{kind}masks")) continue;
            var (masks, matrix) = (golden.Masks($"connect/{kind}masks"), golden.Bools($"connect/{kind}matrix"));
            var grid = GridOf($"connect/{kind}masks");
            for (var i = 0; i < masks.Length; i++)
                for (var j = 0; j < masks.Length; j++)
                    if (i != j) Assert.Equal(matrix[i * masks.Length + j], ConnectedRegions.Touch(masks[i], masks[j], grid));

            int[] labels = [.. Enumerable.Range(0, grid.Cells).Select(cell => Array.FindIndex(masks, mask => mask[cell]))];
            Assert.Equal(masks.Sum(mask => mask.Count(inside => inside)), labels.Count(label => label >= 0)); // the masks are disjoint
            Assert.Equal(matrix, ConnectedRegions.Touching(labels, masks.Length, grid));
        }
    }

    [Fact]
    public void Regions_AreAsManyAsTheReferences()
    {
        var grid = GridOf("connect/masks");
        var counts = golden.Masks("connect/masks").Select(mask => ConnectedRegions.Of(mask, grid).Count);
        Assert.Equal(golden.Ints("connect/components_per_mask"), counts);
    }

    [Fact]
    public void Scores_AreTheReferences()
    {
        var masks = golden.Masks("connect/masks");
        var (saliency, scores) = (golden.Floats("score/eot"), golden.Floats("score/values"));
        Assert.Equal(masks.Length, scores.Length);
        foreach (var (expected, mask) in scores.Zip(masks))
        {
            var labels = Array.ConvertAll(mask, inside => inside ? 0 : -1);
            Assert.Equal(expected, SaliencyMap.Scores(saliency, labels, 1)[0], 1e-5 + golden.Rounding("score/values", expected));
        }
    }

    public void Dispose()
    {
        scope.Dispose();
        golden.Dispose();
    }

    Grid GridOf(string masks) => new() { Width = (int)golden[masks].Shape[2], Height = (int)golden[masks].Shape[1] };

    Tensor Read(string name) => golden.Read(name, ScalarType.Float32);

    void AssertClose(string name, Tensor actual, Func<int, int, bool> compared)
    {
        var (expected, values, width, count) = (golden.Floats(name), actual.data<float>().ToArray(), (int)actual.shape[1], 0);
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (!compared(i / width, i % width)) continue;
            Assert.Equal(expected[i], values[i], 2e-6 + 1e-5 * Math.Abs(expected[i]) + golden.Rounding(name, expected[i]));
            count++;
        }
        Assert.True(count > 0);
    }
}
