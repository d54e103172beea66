using ConceptExpress.Extraction.Locating;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class SymmetricDivergenceTests
{
    [Property(MaxTest = 20)]
    public void Divergence_IsSymmetric_AndThatOfTheDefinition(int seed)
    {
        using var scope = NewDisposeScope();
        var (values, rows) = Distributions(new Random(seed), 7, 12);
        var divergence = SymmetricDivergence.Within(rows).data<float>().ToArray();
        var between = SymmetricDivergence.Between(rows, rows).data<float>().ToArray();
        for (var i = 0; i < 7; i++)
        {
            for (var j = 0; j < 7; j++)
            {
                var expected = values[i].Zip(values[j], (p, q) => (p - q) * Math.Log((double)p / q)).Sum() / 2;
                Assert.Equal(expected, divergence[i * 7 + j], 1e-5);
                Assert.Equal(expected, between[i * 7 + j], 1e-5);
                Assert.Equal(divergence[i * 7 + j], divergence[j * 7 + i]);
            }
        }
    }

    [Fact]
    public void Zeros_PoisonNothing()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0.5f, 0.5f, 0 } });
        var divergence = SymmetricDivergence.Within(rows);
        Assert.True(divergence.isfinite().all().item<bool>());
        Assert.True((divergence[0, 1] > divergence[0, 2]).item<bool>());
        Assert.Equal(0, divergence[2, 2].item<float>(), 1e-6);
    }

    [Fact]
    public void Means_CountEveryMemberTheSame()
    {
        using var scope = NewDisposeScope();
        var points = new DivergenceOfMeans(tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 0.5f, 0.5f }, { 0, 1 } }));
        Assert.Equal([0.75f, 0.25f, 0, 1], points.Means([0, 1, 0, 1], 2).data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => points.Means([0, 1], 2));
    }

    static (float[][] Values, Tensor Rows) Distributions(Random random, int count, int length)
    {
        float[][] values = [.. Enumerable.Range(0, count).Select(_ =>
        {
            double[] row = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() + 0.01)];
            return Array.ConvertAll(row, value => (float)(value / row.Sum()));
        })];
        return (values, tensor(values.SelectMany(row => row).ToArray(), [count, length]));
    }
}
