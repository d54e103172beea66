using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ScottPlot;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>The losses of a run over its optimizer steps, on a logarithmic scale. ScottPlot draws the curves, <see cref="PixelFont"/> the labels.</summary>
public static class TrainingChart
{
    const int Width = 1200, Height = 700, Scale = 2;
    const int LineHeight = PixelFont.GlyphHeight * Scale;
    const int MostWindows = 100; // a curve is smoothed over a hundredth of the run
    static readonly PixelPadding Margins = new(left: 110, right: 30, bottom: 80, top: 60);
    static readonly Rgb Ink = new(60, 60, 60);

    static readonly (string Name, Func<LossValues, double> Of)[] Curves =
        [("denoising", l => l.Denoising), ("alignment", l => l.Alignment), ("contrast", l => l.Contrast), ("total", l => l.Total)];

    /// <summary>Draws the chart; steps that lost nothing (contrast once tokens are merged) leave a gap.</summary>
    public static RgbImage Draw(IReadOnlyList<OptimizerStepDone> steps)
    {
        using var plot = new Plot();
        plot.Layout.Fixed(Margins);
        plot.Axes.Bottom.TickLabelStyle.IsVisible = plot.Axes.Left.TickLabelStyle.IsVisible = false;
        for (var i = 0; i < Curves.Length; i++) AddCurve(plot, steps, Curves[i].Of, Rgb.Of(i));
        if (steps.FirstOrDefault(step => step.Phase == ExtractionPhase.LearningMergedTokens) is { Step: > 0 } merge) AddMerge(plot, merge.Step);
        plot.Axes.SetLimitsX(0, Math.Max(1, steps.Count - 1));
        SetDecades(plot);
        var canvas = new Canvas(Render(plot));
        Label(canvas, plot);
        return canvas.ToImage();
    }

    static void AddCurve(Plot plot, IReadOnlyList<OptimizerStepDone> steps, Func<LossValues, double> lossOf, Rgb color)
    {
        var window = Math.Max(1, steps.Count / MostWindows);
        var points = steps.Chunk(window)
            .Select(chunk => (Step: chunk.Average(step => step.Step), Loss: chunk.Average(step => lossOf(step.Losses))))
            .Where(point => point.Loss > 0 && double.IsFinite(point.Loss)).ToList();
        if (points.Count == 0) return;
        var curve = plot.Add.Scatter(points.ConvertAll(p => p.Step), points.ConvertAll(p => Math.Log10(p.Loss)), Plotted(color));
        curve.LineWidth = 2;
        curve.MarkerSize = points.Count == 1 ? 8 : 0;
    }

    static void AddMerge(Plot plot, int step)
    {
        var line = plot.Add.VerticalLine(step - 0.5, color: Plotted(Ink));
        line.LinePattern = LinePattern.Dotted;
        line.LabelText = "";
    }

    static void SetDecades(Plot plot)
    {
        var limits = plot.Axes.GetDataLimits();
        var (low, high) = double.IsFinite(limits.Bottom) && double.IsFinite(limits.Top) ? (limits.Bottom, limits.Top) : (-1, 0);
        (low, high) = (Math.Floor(low - 0.05), Math.Ceiling(high + 0.05));
        plot.Axes.SetLimitsY(low, high);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. Enumerable.Range((int)low, (int)(high - low) + 1).Select(decade => new Tick(decade, LossLabel(decade)))]);
    }

    static string LossLabel(int decade) => decade is >= -3 and <= 4 ? Math.Pow(10, decade).ToString("0.###") : $"1e{decade}";

    static RgbImage Render(Plot plot)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        plot.Render(surface.Canvas, Width, Height);
        using var pixels = surface.PeekPixels();
        var rgba = pixels.GetPixelSpan<byte>();
        var rgb = new byte[3 * Width * Height];
        for (var i = 0; i < Width * Height; i++) rgba.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        return new RgbImage(Width, Height, rgb);
    }

    static void Label(Canvas canvas, Plot plot)
    {
        var bottom = (int)plot.RenderManager.LastRender.DataRect.Bottom;
        foreach (var tick in plot.Axes.Left.TickGenerator.Ticks.Where(tick => tick.IsMajor))
            canvas.Write(tick.Label, (int)Margins.Left - 14 - Scale * PixelFont.WidthOf(tick.Label), (int)PixelY(plot, tick.Position) - LineHeight / 2, Scale, Ink);
        foreach (var tick in plot.Axes.Bottom.TickGenerator.Ticks.Where(tick => tick.IsMajor && tick.Label.Length > 0))
            Centre(canvas, tick.Label, (int)PixelX(plot, tick.Position), bottom + 12);
        Centre(canvas, "optimizer step", Width / 2, bottom + 44);
        canvas.Write("loss", 12, (int)Margins.Top - 34, Scale, Ink);
        var left = (int)Margins.Left;
        for (var i = 0; i < Curves.Length; i++)
        {
            canvas.Fill(left, (int)Margins.Top - 28, 30, 4, Rgb.Of(i));
            canvas.Write(Curves[i].Name, left + 38, (int)Margins.Top - 34, Scale, Ink);
            left += 38 + Scale * PixelFont.WidthOf(Curves[i].Name) + 40;
        }
    }

    static void Centre(Canvas canvas, string text, int x, int top) => canvas.Write(text, x - Scale * PixelFont.WidthOf(text) / 2, top, Scale, Ink);

    static float PixelX(Plot plot, double step) => plot.Axes.Bottom.GetPixel(step, plot.RenderManager.LastRender.DataRect);

    static float PixelY(Plot plot, double decade) => plot.Axes.Left.GetPixel(decade, plot.RenderManager.LastRender.DataRect);

    static ScottPlot.Color Plotted(Rgb color) => new(color.Red, color.Green, color.Blue);
}
