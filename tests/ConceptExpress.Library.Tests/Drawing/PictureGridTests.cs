using ConceptExpress.Library.Drawing;
using static ConceptExpress.Library.Tests.Drawing.Pictures;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class PictureGridTests
{
    [Fact]
    public void Grid_HoldsEveryPictureOnce()
    {
        var grid = PictureGrid.Of([.. Enumerable.Range(0, 5).Select(i => Gray(10, 8, (byte)(10 * i)))]);
        Assert.Equal((38, 20), (grid.Width, grid.Height));
        for (var i = 0; i < 5; i++)
            Assert.Equal(80, grid.Where(color => color == ((byte)(10 * i), (byte)(10 * i), (byte)(10 * i))).Count);
    }

    [Fact]
    public void Pictures_OfSeveralSizes_HaveNoGrid() => Assert.Throws<ArgumentException>(() => PictureGrid.Of([Gray(10, 8), Gray(8, 10)]));
}
