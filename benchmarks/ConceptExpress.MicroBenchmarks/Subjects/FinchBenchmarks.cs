using System.ComponentModel;
using System.Numerics;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks.Subjects;

// Shapes: n = Side * Side rows of a self-attention map, each of n values

/// <summary>
/// FINCH of the rows of a self-attention map: of a Toybox checkpoint's latent grid (24) and of Stable Diffusion's (64). In two parts:
/// <list type="bullet">
/// <item>Linking, with the distances of all levels given. The floor reads each of the n x n distances of the first level once and keeps the
/// smallest of each row: who links first neighbors must have read all distances.</item>
/// <item>The whole, from the rows. The floor is one (n,n) x (n,n) matrix product, and the smallest of each row of the result: all pairs of
/// distances between rows of n values take one such product. Later levels take smaller ones.</item>
/// </list>
/// </summary>
[Description("FINCH")]
[MemoryDiagnoser]
public class FinchBenchmarks
{
    const string Linking = "linking", Whole = "whole";

    readonly TorchState state = new();
    float[] firstDistances = [];
    RememberedDistances? remembered;
    Tensor? rows, logarithms;

    /// <summary>Cells along a side of the map.</summary>
    [Params(24, 64)]
    public int Side { get; set; }

    /// <summary>Makes the map.</summary>
    [GlobalSetup(Targets = [nameof(MatrixProduct), nameof(FromRows)])]
    public void SetUp()
    {
        TorchRuntime.UseThreads(MicroConfig.TorchThreads);
        rows = state.Keep(new TouchingThings(Side).Attention());
        logarithms = state.Keep(rows.clamp_min(SymmetricDivergence.Floor).log());
    }

    /// <summary>Makes the map, and the distances of all levels.</summary>
    [GlobalSetup(Targets = [nameof(ReadDistances), nameof(FromDistances)])]
    public void SetUpDistances()
    {
        SetUp();
        using var distances = SymmetricDivergence.Within(rows!);
        firstDistances = distances.data<float>().ToArray();
        remembered = new RememberedDistances(new DivergenceOfMeans(rows!));
        if (FromDistances() < 2) throw new InvalidOperationException("the map has only one level; it measures too little");
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void CleanUp() => state.Dispose();

    /// <summary>Floor of linking.</summary>
    [Benchmark(Baseline = true, Description = "floor: read each distance once"), BenchmarkCategory(Linking)]
    public float ReadDistances()
    {
        var sum = 0f;
        for (var row = 0; row < Side * Side; row++) sum += Smallest(firstDistances.AsSpan(row * Side * Side, Side * Side));
        return sum;
    }

    /// <summary>FINCH without the computation of distances.</summary>
    [Benchmark(Description = "Finch.Cluster, distances given"), BenchmarkCategory(Linking)]
    public int FromDistances() => Finch.Cluster(remembered!).Count;

    /// <summary>Floor of the whole.</summary>
    [Benchmark(Baseline = true, Description = "floor: one matrix product, read once"), BenchmarkCategory(Whole)]
    public float MatrixProduct()
    {
        using var scope = NewDisposeScope();
        return rows!.mm(logarithms!.t()).amin([1]).sum().item<float>();
    }

    /// <summary>FINCH of the rows.</summary>
    [Benchmark(Description = "Finch.Cluster, from the map's rows"), BenchmarkCategory(Whole)]
    public int FromRows() => Finch.Cluster(new DivergenceOfMeans(rows!)).Count;

    static float Smallest(ReadOnlySpan<float> values)
    {
        var (lanes, i) = (new Vector<float>(float.PositiveInfinity), 0);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            lanes = Vector.Min(lanes, new Vector<float>(values[i..]));
        var smallest = float.PositiveInfinity;
        for (var lane = 0; lane < Vector<float>.Count; lane++) smallest = MathF.Min(smallest, lanes[lane]);
        for (; i < values.Length; i++) smallest = MathF.Min(smallest, values[i]);
        return smallest;
    }

    // Every level has another number of clusters, so the number tells which level is asked for.
    sealed class RememberedDistances(IClusterDistances source) : IClusterDistances
    {
        readonly Dictionary<int, DistanceMatrix> levels = [];

        public int Points => source.Points;

        public DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters)
        {
            if (!levels.TryGetValue(clusters, out var distances)) levels.Add(clusters, distances = source.BetweenMeans(labels, clusters));
            return distances;
        }
    }
}
