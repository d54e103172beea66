using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Tests;

public sealed class AssignmentGoldenTests
{
    /// <summary>Pairs may differ from the reference's where others cost the same: the cost is compared, and that they are pairs.</summary>
    [Fact]
    public void Assignment_CostsWhatTheReferencesCosts()
    {
        using var golden = SafeTensorsFile.Open(TestFolders.Golden("losses/losses.safetensors", committed: true));
        var cases = golden.Names.Select(name => name.Split('/'))
            .Where(parts => parts is ["assignment", _, "cost"]).Select(parts => parts[1]).ToList();
        Assert.NotEmpty(cases);
        foreach (var name in cases)
        {
            var cost = Matrix(golden, $"assignment/{name}/cost");
            var (rows, columns) = (Indices(golden, $"assignment/{name}/rows"), Indices(golden, $"assignment/{name}/cols"));
            var pairs = Assignment.Minimize(cost);
            Assert.Equal(rows.Length, pairs.Count);
            Assert.Distinct(pairs.Select(pair => pair.Row));
            Assert.Distinct(pairs.Select(pair => pair.Column));
            var expected = rows.Zip(columns).Sum(pair => cost[pair.First, pair.Second]);
            Assert.Equal(expected, pairs.Sum(pair => cost[pair.Row, pair.Column]), 1e-12 * (1 + Math.Abs(expected)));
        }
    }

    static double[,] Matrix(SafeTensorsFile golden, string name)
    {
        using var tensor = golden.Read(name, ScalarType.Float64);
        var values = tensor.data<double>().ToArray();
        var matrix = new double[tensor.shape[0], tensor.shape[1]];
        for (var i = 0; i < values.Length; i++) matrix[i / tensor.shape[1], i % tensor.shape[1]] = values[i];
        return matrix;
    }

    static int[] Indices(SafeTensorsFile golden, string name)
    {
        using var tensor = golden.Read(name, ScalarType.Int64);
        return [.. tensor.data<long>().ToArray().Select(value => (int)value)];
    }
}
