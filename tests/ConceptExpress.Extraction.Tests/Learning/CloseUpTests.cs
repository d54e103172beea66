using ConceptExpress.Extraction.Learning;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

public class CloseUpTests
{
    const int Side = 48, Cells = 12, Cell = Side / Cells;
    static readonly double Fill = new CloseUpSettings().Fill;

    const float Ground = -0.5f, First = 1, Second = 0.2f;

    [Fact]
    public void AConcept_BecomesLarger_AndIsWhole()
    {
        using var scope = NewDisposeScope();
        var (picture, masks) = TwoSquares();
        var closeUp = CloseUp.Of(picture, masks, masks, 0, Fill);
        Assert.Equal([1, 3, Side, Side], closeUp.Picture.shape);
        Assert.Equal([1, Cells, Cells], closeUp.Mask.shape);
        // 3 cells of 12 become about 0.7 of the side.
        var cells = closeUp.Mask.sum().item<float>();
        Assert.InRange(Math.Sqrt(cells) / Cells, 0.6, 0.8);
        // Where the mask says so, the picture shows the thing, but for its soft edge.
        Assert.InRange(MeanWhere(closeUp.Picture, closeUp.Mask), First - 0.25, First + 0.05);
    }

    [Fact]
    public void OtherConcepts_ArePaintedOver_WithWhatSurroundsThem()
    {
        using var scope = NewDisposeScope();
        var (picture, masks) = TwoSquares();
        foreach (var (concept, itself, other) in new[] { (0, First, Second), (1, Second, First) })
        {
            var values = CloseUp.Of(picture, masks, masks, concept, Fill).Picture.flatten().data<float>().ToArray();
            Assert.Contains(values, value => Math.Abs(value - itself) < 1e-3);
            Assert.Contains(values, value => Math.Abs(value - Ground) < 1e-3);
            // Edges overshoot a little, being resized bicubically; nothing else is there.
            Assert.All(values, value => Assert.InRange(value, Ground - 0.2, itself + 0.2));
            if (other > itself) Assert.DoesNotContain(values, value => value > itself + 0.2);
        }
    }

    [Fact]
    public void AConceptThatFillsThePicture_IsThePicture()
    {
        using var scope = NewDisposeScope();
        var picture = rand(1, 3, Side, Side) * 2 - 1;
        var mask = ones(1, Cells, Cells);
        var closeUp = CloseUp.Of(picture, mask, mask / 7, 0, Fill);
        Assert.True(closeUp.Picture.allclose(picture, atol: 1e-5));
        Assert.True(closeUp.Mask.allclose(mask));
        Assert.True(closeUp.Feature.allclose(mask / 7));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Cells - 1, Cells - 1)]
    [InlineData(0, Cells - 1)]
    [InlineData(5, 5)]
    public void ASingleCell_EvenInACorner_IsFound(int row, int column)
    {
        using var scope = NewDisposeScope();
        var (picture, mask) = (full([1, 3, Side, Side], Ground), zeros(1, Cells, Cells));
        Paint(picture, row, column, 1, First);
        mask[0][row][column] = 1;
        var closeUp = CloseUp.Of(picture, mask, mask, 0, Fill);
        Assert.InRange(closeUp.Mask.sum().item<float>(), Cells * Cells / 4, Cells * Cells);
        Assert.InRange(MeanWhere(closeUp.Picture, closeUp.Mask), First - 0.25, First + 0.1);
    }

    [Fact]
    public void WhereConceptsCoverEverything_ThePictureStaysFinite()
    {
        using var scope = NewDisposeScope();
        var masks = zeros(2, Cells, Cells);
        masks[0].narrow(1, 0, Cells / 2).fill_(1);
        masks[1].narrow(1, Cells / 2, Cells / 2).fill_(1);
        var closeUp = CloseUp.Of(rand(1, 3, Side, Side), masks, masks, 0, Fill);
        Assert.True(closeUp.Picture.isfinite().all().item<bool>());
    }

    [Fact]
    public void Paper_HasNone() => Assert.Null(ExtractionSettings.Paper.Learning.CloseUps);

    /// <summary>Two squares of 3 cells on even ground.</summary>
    static (Tensor Picture, Tensor Masks) TwoSquares()
    {
        var (picture, masks) = (full([1, 3, Side, Side], Ground), zeros(2, Cells, Cells));
        foreach (var (i, row, column, value) in new[] { (0, 1, 1, First), (1, 5, 5, Second) })
        {
            Paint(picture, row, column, 3, value);
            masks[i].narrow(0, row, 3).narrow(1, column, 3).fill_(1);
        }
        return (picture, masks);
    }

    static void Paint(Tensor picture, int row, int column, int cells, float value) =>
        picture.narrow(2, row * Cell, cells * Cell).narrow(3, column * Cell, cells * Cell).fill_(value);

    static float MeanWhere(Tensor picture, Tensor mask)
    {
        var inside = nn.functional.interpolate(mask.unsqueeze(0), [Side, Side], mode: InterpolationMode.Nearest);
        return ((picture * inside).sum() / (inside.sum() * 3)).item<float>();
    }
}
