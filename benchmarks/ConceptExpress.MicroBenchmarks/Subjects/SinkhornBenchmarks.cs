using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks.Subjects;

// Shapes: P = Side * Side cells of the cross-attention grid

/// <summary>
/// The earth mover's distance between one token's attention and its concept, with the published regularisation and 200 iterations, forward
/// and with the graph of the gradient. The grids are those of word attention in a Toybox checkpoint (12) and in Stable Diffusion (16).
/// The floor is the same number of products of the (P,P) kernel and a vector, two per iteration, in torch. This is all that Sinkhorn's
/// iteration does where the kernel can be written in single precision. Here it cannot: exp(-1000) is zero. So the iteration works on
/// logarithms: it reads each entry twice and exponentiates a few.
/// </summary>
[Description("Sinkhorn's iteration")]
[MemoryDiagnoser]
public class SinkhornBenchmarks
{
    readonly TorchState state = new();
    readonly EarthMoverAlignment settings = new();
    Tensor? attention, target, cost, kernel, transposed, vector;

    /// <summary>Cells along a side of the grid.</summary>
    [Params(12, 16)]
    public int Side { get; set; }

    /// <summary>Makes two distributions on the grid, and the distances of its cells.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        TorchRuntime.UseThreads(MicroConfig.TorchThreads);
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "two distributions");
        var cells = arange(Side * Side, dtype: float32);
        var places = stack([cells.div(Side, RoundingMode.floor), cells.remainder(Side)], 1);
        cost = state.Keep(cdist(places, places));
        // Attention is spread everywhere; a concept has most of its feature on one side of the picture.
        attention = state.Keep(random.Normal([1, Side * Side], CPU).softmax(1)).requires_grad_();
        target = state.Keep((random.Normal([1, Side * Side], CPU) - cost[Side + 1] / 2).softmax(1));
        kernel = state.Keep(random.Normal([Side * Side, Side * Side], CPU));
        transposed = state.Keep(kernel.t().contiguous());
        vector = state.Keep(random.Normal([Side * Side], CPU));
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void CleanUp() => state.Dispose();

    /// <summary>Floor.</summary>
    [Benchmark(Baseline = true, Description = "floor: as many matrix-vector products")]
    public void Products()
    {
        for (var i = 0; i < settings.Iterations; i++)
        {
            transposed!.matmul(vector!).Dispose();
            kernel!.matmul(vector!).Dispose();
        }
    }

    /// <summary>The loss of one token.</summary>
    [Benchmark(Description = "Sinkhorn.Cost")]
    public void Cost() => Sinkhorn.Cost(target!, attention!, cost!, settings.Lambda, settings.Iterations).Dispose();
}
