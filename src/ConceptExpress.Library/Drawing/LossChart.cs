using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>One loss over optimizer steps.</summary>
/// <param name="Name">The title of its panel.</param>
/// <param name="Points">Optimizer steps and losses, in order. Losses need not be finite.</param>
sealed record LossCurve(string Name, IReadOnlyList<(int Step, double Loss)> Points);

/// <summary>
/// Draws losses over optimizer steps. Each loss has a panel with its own scale; all share one axis of steps. The same losses give the same
/// picture.
/// </summary>
static class LossChart
{
    const int Width = 1200, PanelHeight = 230, LonePanelHeight = 440, Footer = LossPanel.StepLabels + 30;
    const float TextSize = 16;
    static readonly Rgb Ink = new(40, 40, 40), Faint = new(110, 110, 110);

    /// <summary>Draws the chart, 1200 pixels wide.</summary>
    /// <param name="losses">One curve per panel, from top to bottom.</param>
    /// <param name="marked">The first step after the merge of split tokens, marked with a labelled line; 0 for no mark.</param>
    public static RgbImage Draw(IReadOnlyList<LossCurve> losses, int marked = 0)
    {
        var height = losses.Count > 1 ? PanelHeight : LonePanelHeight;
        var size = new PixelSize { Width = Width, Height = Math.Max(1, losses.Count) * height + Footer };
        using var canvas = new Canvas(size, Rgb.White);
        int[] steps = [.. losses.SelectMany(loss => loss.Points).Select(point => point.Step).DefaultIfEmpty(0)];
        for (var i = 0; i < losses.Count; i++)
        {
            var lowest = i == losses.Count - 1;
            var area = new SKRectI(0, i * height, Width, (i + 1) * height + (lowest ? LossPanel.StepLabels : 0));
            new LossPanel(losses[i], marked).Draw(canvas, area, Rgb.Of(i), (steps.Min(), steps.Max()), marked, labelled: lowest);
        }
        if (losses.Count == 0) canvas.Write("no optimizer steps were taken", Width / 2, height / 2, TextSize, Ink, SKTextAlign.Center);
        canvas.Write("optimizer step", Width / 2, size.Height - 10, TextSize, Ink, SKTextAlign.Center);
        canvas.Write("pale: every step; thick: smoothed", Width - 30, size.Height - 10, TextSize, Faint, SKTextAlign.Right);
        return canvas.ToImage();
    }
}
