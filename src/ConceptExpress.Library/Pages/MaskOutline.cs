using System.Globalization;
using System.Text;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;

namespace ConceptExpress.Library.Pages;

/// <summary>The outline of a concept's mask as a path of SVG, and where its number goes.</summary>
/// <param name="Path">
/// Closed lines along the edges of the mask's pixels or cells, in pixels of the picture; holes are lines of their own (fill rule evenodd).
/// </param>
/// <param name="Center">The middle of the mask's deepest pixel or cell, in pixels.</param>
/// <param name="Box">The smallest box around the mask, in pixels.</param>
sealed record MaskOutline(string Path, (double X, double Y) Center, (double Left, double Top, double Right, double Bottom) Box)
{
    // Finer outlines would make pages large and are not seen.
    const int MaxSide = 384;

    /// <summary>Traces the mask of a concept: its pixels where they are known, else its cells.</summary>
    /// <param name="concept">The concept.</param>
    /// <param name="size">The size of the picture in pixels.</param>
    public static MaskOutline Of(LocatedConcept concept, PixelSize size)
    {
        var mask = concept.FineMask ?? concept.Mask.ToMask(new PixelSize
        {
            Width = concept.Mask.Grid.Width,
            Height = concept.Mask.Grid.Height,
        });
        var traced = mask.Resize(mask.Size.Within(MaxSide));
        return Of(traced.Area > 0 ? traced : mask, size);
    }

    /// <summary>Traces a mask.</summary>
    /// <param name="mask">The mask; not empty.</param>
    /// <param name="size">The size of the picture in pixels, to which the mask is stretched.</param>
    internal static MaskOutline Of(Mask mask, PixelSize size)
    {
        var (columns, rows) = ((double)size.Width / mask.Width, (double)size.Height / mask.Height); // pixels of one of the mask's
        var path = new StringBuilder();
        foreach (var loop in Loops(mask))
            path.Append('M').AppendJoin('L', loop.Select(corner => $"{Text(corner.X * columns)} {Text(corner.Y * rows)}")).Append('Z');
        var depth = MaskDepth.Of(mask);
        var (y, x) = Math.DivRem(Array.IndexOf(depth, depth.Max()), mask.Width);
        int[] set = [.. Enumerable.Range(0, depth.Length).Where(pixel => depth[pixel] > 0)];
        var (across, down) = (set.Select(pixel => pixel % mask.Width), set.Select(pixel => pixel / mask.Width));
        return new MaskOutline(path.ToString(), ((x + 0.5) * columns, (y + 0.5) * rows),
            (across.Min() * columns, down.Min() * rows, (across.Max() + 1) * columns, (down.Max() + 1) * rows));
    }

    /// <summary>Returns the corners of every closed line between inside and outside, without those on straight lines.</summary>
    internal static IReadOnlyList<IReadOnlyList<(int X, int Y)>> Loops(Mask mask)
    {
        var next = Edges(mask).GroupBy(edge => edge.From).ToDictionary(edges => edges.Key, edges => new Stack<(int X, int Y)>(
            edges.Select(edge => edge.To)));
        var loops = new List<IReadOnlyList<(int X, int Y)>>();
        foreach (var start in next.Keys)
            while (next[start].Count > 0)
            {
                var loop = new List<(int X, int Y)>();
                for (var at = start; next[at].TryPop(out var to); at = to) loop.Add(at);
                (int X, int Y) At(int i) => loop[(i + loop.Count) % loop.Count];
                loops.Add([.. loop.Where((corner, i) => !IsStraight(At(i - 1), corner, At(i + 1)))]);
            }
        return loops;
    }

    // Every edge between a pixel inside and one outside, with the inside on its right. At every corner, as many edges end as begin.
    static IEnumerable<((int X, int Y) From, (int X, int Y) To)> Edges(Mask mask)
    {
        bool Set(int x, int y) => x >= 0 && y >= 0 && x < mask.Width && y < mask.Height && mask[x, y];
        for (var y = 0; y < mask.Height; y++)
            for (var x = 0; x < mask.Width; x++)
            {
                if (!Set(x, y)) continue;
                if (!Set(x, y - 1)) yield return ((x, y), (x + 1, y));
                if (!Set(x + 1, y)) yield return ((x + 1, y), (x + 1, y + 1));
                if (!Set(x, y + 1)) yield return ((x + 1, y + 1), (x, y + 1));
                if (!Set(x - 1, y)) yield return ((x, y + 1), (x, y));
            }
    }

    static bool IsStraight((int X, int Y) before, (int X, int Y) corner, (int X, int Y) after) =>
        before.X == corner.X && corner.X == after.X || before.Y == corner.Y && corner.Y == after.Y;

    static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
