using ConceptExpress.Extraction.Learning;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

public class TokenTableTests
{
    // Two dimensions, far apart in mean and in deviation.
    static Tensor Words() => tensor(new float[] { 9, -1, 11, 1, 10, 0, 8, 3, 12, -3 }).view(5, 2);

    [Fact]
    public void RandomRows_HaveTheWordsMeanAndDeviation_InEveryDimension()
    {
        using var scope = NewDisposeScope();
        var (words, rows) = (Words(), TokenTable.RowsAtRandom(Words(), 20000, seed: 3));
        Assert.Equal([20000, 2], rows.shape);
        Assert.True(rows.mean([0]).allclose(words.mean([0]), rtol: 0, atol: 0.06));
        Assert.True(rows.std(0).allclose(words.std(0), rtol: 0.03, atol: 0));
    }

    [Fact]
    public void RandomRows_DependOnTheSeedAlone()
    {
        using var scope = NewDisposeScope();
        Assert.True(TokenTable.RowsAtRandom(Words(), 4, 3).equal(TokenTable.RowsAtRandom(Words(), 4, 3)).all().item<bool>());
        Assert.False(TokenTable.RowsAtRandom(Words(), 4, 3).allclose(TokenTable.RowsAtRandom(Words(), 4, 4)));
    }
}
