using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks.Subjects;

// Shapes: n cells of the region that two touching things form

/// <summary>
/// Parting things that touch, on the grid where Express tells things apart (24), and on the latent grid of Stable Diffusion (64). In two
/// parts:
/// <list type="bullet">
/// <item>Normalized cuts of one region, with the settings of Express, until both things are regions. The floor reads the region's (n,n)
/// attention once and sums it per cell: all of it may cross the cut. The floor is not within reach: a normalized cut needs eigenvectors of
/// the region's shape. So the same table has all eigenvectors of a matrix of that size.</item>
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
    Tensor? attention;
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
        attention = state.Keep(things.Attention());
        region = ConnectedRegions.Of(things.TwoThings(), things.Grid);
        var cells = tensor([.. region.Labels.Index().Where(cell => cell.Item == 0).Select(cell => (long)cell.Index)]);
        graph = state.Keep(attention.index_select(0, cells).index_select(1, cells).to(float64));
        if (region.Count != 1 || NormalizedCuts() != 2)
            throw new InvalidOperationException("one region of two things must become two regions");
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void CleanUp() => state.Dispose();

    /// <summary>Floor of a cut.</summary>
    [Benchmark(Baseline = true, Description = "floor: read the region's attention once"), BenchmarkCategory(Cut)]
    public double ReadEdges()
    {
        using var sums = graph!.sum(1);
        return sums[0].item<double>();
    }

    /// <summary>The part of a cut that grows fastest with the region.</summary>
    [Benchmark(Description = "eigenvectors of a matrix of that size"), BenchmarkCategory(Cut)]
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
        var rules = new CutRules(cuts.MaxCost, cuts.MinPart * cells, cuts.MinShare, settings.MinArea * cells, cuts.LengthCost,
            cuts.SizeCost);
        return NormalizedCut.Split(region!, attention!, things.Grid, rules).Regions.Count;
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
