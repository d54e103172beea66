using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Measures whether anything stands out in a picture. A plain picture also has a foreground, because <see cref="Otsu"/> always finds a
/// threshold, but attention crosses the outline of that foreground as it crosses any other line, and colours change there as elsewhere.
/// </summary>
/// <remarks>The measurements are in docs/deviations.md.</remarks>
static class Prominence
{
    // An outline is moved by multiples of a quarter of the grid's sides, in each direction, around the edge.
    const int Steps = 4;

    // Outlines whose cells then correlate more with the foreground say nothing. Correlation, since a large foreground always overlaps.
    const double MaxCorrelation = 0.5;

    const double MinCrossing = 1e-6;

    // Half a step of 8-bit colours: less is not seen.
    const double MinContrast = 0.5 / 255;

    /// <summary>
    /// Returns the prominence, 0 or more, a product of two ratios: how much attention crosses the foreground's outline if it lies elsewhere
    /// in the picture (mirrored and moved; the median), divided by how much crosses it where it is (<see cref="Crossing"/>); and how much
    /// colours change across the outline where it is, divided by how much they change elsewhere (the median). 1 means that the foreground
    /// is like any other part of the picture. 0 if there is no foreground, or nothing else, or colours do not change across its outline.
    /// </summary>
    /// <param name="map">A map whose saliency is border saliency.</param>
    /// <param name="picture">The picture at its own size.</param>
    /// <param name="minArea">Minimum number of cells of a connected region of the foreground; smaller regions do not count.</param>
    public static double Of(CellMap map, RgbImage picture, double minArea)
    {
        var regions = BorderLocator.Foreground(map.Saliency, map.Grid);
        var areas = regions.Areas();
        var inside = Array.ConvertAll(regions.Labels, region => region >= 0 && areas[region] >= minArea);
        if (!inside.Contains(true) || !inside.Contains(false)) return 0;
        var elsewhere = Elsewhere(inside, map.Grid);
        var size = new PixelSize { Width = map.Grid.Width, Height = map.Grid.Height };
        var colors = ImageResizer.Resize(picture, size, ResizeFilter.Bilinear);
        return OfCrossing(map.Attention, inside, elsewhere)
            * Contrast(colors, inside) / Math.Max(Median(elsewhere.Select(outline => Contrast(colors, outline))), MinContrast);
    }

    /// <summary>
    /// Returns how much attention crosses an outline if it lies elsewhere in the picture, divided by how much crosses it where it is, 0 or
    /// more; 0 if it encloses nothing, or everything.
    /// </summary>
    /// <param name="map">Attention of the picture.</param>
    /// <param name="inside">The cells that the outline encloses.</param>
    public static double OfCrossing(CellMap map, bool[] inside) =>
        inside.Contains(true) && inside.Contains(false) ? OfCrossing(map.Attention, inside, Elsewhere(inside, map.Grid)) : 0;

    static double OfCrossing(Tensor attention, bool[] inside, IReadOnlyList<bool[]> elsewhere)
    {
        var crossings = Crossing.Of(attention, [inside, .. elsewhere]);
        return Median(crossings[1..]) / Math.Max(crossings[0], MinCrossing);
    }

    static List<bool[]> Elsewhere(bool[] inside, Grid grid)
    {
        var all = Moved(inside, grid).ToList();
        var elsewhere = all.Where(moved => Correlation(inside, moved) <= MaxCorrelation).ToList();
        return elsewhere.Count > 0 ? elsewhere : all;
    }

    static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[ordered.Length / 2];
    }

    // The mean distance of colours, 0 to 1 for each channel, between neighboring cells inside and outside.
    static double Contrast(RgbImage colors, bool[] inside)
    {
        var (sum, edges) = (0.0, 0);
        void Across(int one, int other)
        {
            if (inside[one] == inside[other]) return;
            var squares = 0.0;
            for (var channel = 0; channel < 3; channel++)
                squares += Math.Pow((colors.Pixels[3 * one + channel] - colors.Pixels[3 * other + channel]) / 255.0, 2);
            (sum, edges) = (sum + Math.Sqrt(squares), edges + 1);
        }
        for (var cell = 0; cell < inside.Length; cell++)
        {
            if (cell % colors.Width > 0) Across(cell - 1, cell);
            if (cell >= colors.Width) Across(cell - colors.Width, cell);
        }
        return edges > 0 ? sum / edges : 0;
    }

    static IEnumerable<bool[]> Moved(bool[] inside, Grid grid)
    {
        foreach (var (acrossFirst, downFirst) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
            for (var down = 0; down < Steps; down++)
                for (var across = 0; across < Steps; across++)
                {
                    var (byY, byX) = (down * grid.Height / Steps, across * grid.Width / Steps);
                    var moved = new bool[inside.Length];
                    for (var cell = 0; cell < inside.Length; cell++)
                    {
                        var (y, x) = ((cell / grid.Width + byY) % grid.Height, (cell % grid.Width + byX) % grid.Width);
                        if (downFirst) y = grid.Height - 1 - y;
                        if (acrossFirst) x = grid.Width - 1 - x;
                        moved[cell] = inside[y * grid.Width + x];
                    }
                    yield return moved;
                }
    }

    // Of two outlines with equally many cells, not all and not none.
    static double Correlation(bool[] one, bool[] other)
    {
        var share = (double)one.Count(cell => cell) / one.Length;
        var both = (double)one.Zip(other).Count(cells => cells is (true, true)) / one.Length;
        return (both - share * share) / (share * (1 - share));
    }
}
