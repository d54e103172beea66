using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks.Subjects;

// Shapes: n cells of the region that two touching things form

/// <summary>
/// Parting things that touch, on the latent grid of a Toybox checkpoint (24) and of Stable Diffusion (64). In two parts:
/// <list type="bullet">
/// <item>Normalized cuts of one region, with the settings of Express, until both things are regions. The floor reads the (n,n) weights of
/// the region's graph once and sums them per cell: every edge may lie on the cut. The floor is not within reach: a normalized cut needs an
/// eigenvector. So the same table has the eigenvectors of one such graph alone.</item>
/// <item>Connected regions, and which of them touch. The floor compares every pair of neighboring cells once.</item>
/// </list>
/// </summary>
[Description("Cuts between things that touch")]
[MemoryDiagnoser]
public class CutBenchmarks
{
    const string Cut = "cut", Regions = "regions";

    readonly TorchState state = new();
    readonly BorderLocating settings = new();
    TouchingThings things = new(12);
    CellLikeness? likeness;
    RegionMap? region;
    Tensor? graph;
    bool[] foreground = [];

    /// <summary>Cells along a side of the latent grid.</summary>
    [Params(24, 64)]
    public int Side { get; set; }

    /// <summary>Makes the things, and the graph of the region of two of them.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        TorchRuntime.UseThreads(MicroConfig.TorchThreads);
        things = new TouchingThings(Side);
        foreground = Array.ConvertAll(things.Labels, label => label > 0);
        var coarser = TouchingThings.Coarser(Side);
        state.Keep(coarser.Map);
        var (attention, cuts) = (state.Keep(things.Attention()), settings.Cuts);
        likeness = new CellLikeness(attention, things.Grid, coarser, cuts.Sharpness, cuts.CoarserSharpness);
        region = ConnectedRegions.Of(things.TwoThings(), things.Grid);
        graph = state.Keep(likeness.Among([.. region.Labels.Index().Where(cell => cell.Item == 0).Select(cell => (long)cell.Index)]));
        if (region.Count != 1 || NormalizedCuts() != 2)
            throw new InvalidOperationException("one region of two things must become two regions");
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void CleanUp() => state.Dispose();

    /// <summary>Floor of a cut.</summary>
    [Benchmark(Baseline = true, Description = "floor: read each edge's weight once"), BenchmarkCategory(Cut)]
    public double ReadEdges()
    {
        using var sums = graph!.sum(1);
        return sums[0].item<double>();
    }

    /// <summary>The part of a cut that grows fastest with the region.</summary>
    [Benchmark(Description = "eigenvectors of the region's graph"), BenchmarkCategory(Cut)]
    public double Eigenvectors()
    {
        using var scope = NewDisposeScope();
        return linalg.eigh(graph!).Item2[0, 0].item<double>();
    }

    /// <summary>The region becomes two, and no further cut is cheap enough.</summary>
    [Benchmark(Description = "NormalizedCut.Split"), BenchmarkCategory(Cut)]
    public int NormalizedCuts()
    {
        var (cells, cuts) = (things.Grid.Cells, settings.Cuts);
        var rules = new CutRules(cuts.MaxCost, cuts.MinPart * cells, settings.MinArea * cells, cuts.LengthCost);
        return NormalizedCut.Split(region!, likeness!, things.Grid, rules).Count;
    }

    /// <summary>Floor of regions.</summary>
    [Benchmark(Baseline = true, Description = "floor: compare neighboring cells once"), BenchmarkCategory(Regions)]
    public int CompareNeighbors()
    {
        var (width, different) = (things.Grid.Width, 0);
        ReadOnlySpan<bool> mask = foreground;
        for (var top = 0; top < mask.Length; top += width)
        {
            for (var cell = top + 1; cell < top + width; cell++) different += mask[cell] != mask[cell - 1] ? 1 : 0;
            if (top == 0) continue;
            for (var cell = top; cell < top + width; cell++) different += mask[cell] != mask[cell - width] ? 1 : 0;
        }
        return different;
    }

    /// <summary>The regions of all things.</summary>
    [Benchmark(Description = "ConnectedRegions.Of"), BenchmarkCategory(Regions)]
    public int Connected() => ConnectedRegions.Of(foreground, things.Grid).Count;

    /// <summary>Which of the things, and of the ground, touch.</summary>
    [Benchmark(Description = "ConnectedRegions.Touching"), BenchmarkCategory(Regions)]
    public int Touching() => ConnectedRegions.Touching(things.Labels, 4, things.Grid).Length;
}
