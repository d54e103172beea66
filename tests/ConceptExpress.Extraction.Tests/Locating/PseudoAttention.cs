using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>
/// Self-attention as a model might give it for a photograph, where no model is at hand: a cell attends to cells that are near and of a
/// like colour.
/// </summary>
static class PseudoAttention
{
    const double Floor = 0.002; // every cell attends to every other a little

    /// <summary>Returns (hw,hw) attention, rows summing to 1.</summary>
    /// <param name="picture">The photograph, which is stretched to the grid.</param>
    /// <param name="grid">h x w cells.</param>
    /// <param name="reach">How far attention reaches, as a share of the picture's side.</param>
    /// <param name="contrast">Distance of colours at which it falls off, where black and white differ by the square root of 3.</param>
    public static Tensor Of(RgbImage picture, Grid grid, double reach, double contrast)
    {
        using var scope = NewDisposeScope();
        var cells = ImageResizer.Resize(picture, new PixelSize { Width = grid.Width, Height = grid.Height }, ResizeFilter.Bilinear);
        var colors = tensor(cells.Pixels.ToArray(), [grid.Cells, 3]).to(float64) / 255;
        var cell = arange(grid.Cells);
        var places = stack([cell % grid.Width / (double)grid.Width, (cell / grid.Width).floor() / grid.Height], 1).to(float64);
        var (far, unlike) = (cdist(places, places), cdist(colors, colors));
        var attention = exp(-(far / reach).square() / 2 - (unlike / contrast).square() / 2) + Floor;
        return (attention / attention.sum(1, keepdim: true)).to(float32).MoveToOuterDisposeScope();
    }
}
