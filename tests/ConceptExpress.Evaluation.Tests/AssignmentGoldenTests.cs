using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests;

public sealed class AssignmentGoldenTests
{
    [Fact]
    public void Assignment_IsTheReferences()
    {
        using var golden = SafeTensorsFile.Open(TestFolders.Golden("losses/losses.safetensors", committed: true));
        var cases = golden.Names.Select(name => name.Split('/'))
            .Where(parts => parts is ["assignment", _, "cost"]).Select(parts => parts[1]);
        Assert.NotEmpty(cases);
        foreach (var name in cases)
        {
            var pairs = Assignment.Minimize(Matrix(golden, $"assignment/{name}/cost"));
            Assert.Equal(Indices(golden, $"assignment/{name}/rows"), pairs.Select(pair => pair.Row));
            Assert.Equal(Indices(golden, $"assignment/{name}/cols"), pairs.Select(pair => pair.Column));
        }
    }

    static double[,] Matrix(SafeTensorsFile golden, string name)
    {
        using var tensor = golden.Read(name);
        var values = tensor.data<double>().ToArray();
        var matrix = new double[tensor.shape[0], tensor.shape[1]];
        for (var i = 0; i < values.Length; i++) matrix[i / tensor.shape[1], i % tensor.shape[1]] = values[i];
        return matrix;
    }

    static IEnumerable<int> Indices(SafeTensorsFile golden, string name)
    {
        using var tensor = golden.Read(name);
        return [.. tensor.data<long>().ToArray().Select(value => (int)value)];
    }
}
