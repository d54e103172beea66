using ConceptExpress.Imaging;
using ScottPlot;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>One loss over optimizer steps.</summary>
/// <param name="Name">As the legend shows it.</param>
/// <param name="Points">Optimizer step and loss, in order; steps that lost nothing leave a gap.</param>
public sealed record LossCurve(string Name, IReadOnlyList<(int Step, double Loss)> Points);

/// <summary>Losses over optimizer steps, on a logarithmic scale. ScottPlot draws the curves, <see cref="PixelFont"/> the labels.</summary>
public static class LossChart
{
    const int Width = 1200, Height = 700, Scale = 2;
    const int LineHeight = PixelFont.GlyphHeight * Scale;
    const int MostWindows = 100; // a curve is smoothed over a hundredth of the run
    const int MostTicks = 10;
    static readonly PixelPadding Margins = new(left: 110, right: 30, bottom: 80, top: 60);
    static readonly Rgb Ink = new(60, 60, 60);

    /// <summary>A curve's points: optimizer step, and common logarithm of the loss.</summary>
    sealed record Curve(List<double> Steps, List<double> Decades);

    /// <summary>Draws the chart.</summary>
    /// <param name="losses">The curves.</param>
    /// <param name="marked">A step where a vertical line is drawn; 0 for none.</param>
    public static RgbImage Draw(IReadOnlyList<LossCurve> losses, int marked = 0)
    {
        using var plot = new Plot();
        plot.Layout.Fixed(Margins);
        plot.Axes.Bottom.TickLabelStyle.IsVisible = plot.Axes.Left.TickLabelStyle.IsVisible = false;
        var curves = losses.Select(Smoothed).ToList();
        for (var i = 0; i < curves.Count; i++) Add(plot, curves[i], Rgb.Of(i));
        if (marked > 0) AddMark(plot, marked);
        ScaleSteps(plot, Math.Max(1, losses.SelectMany(loss => loss.Points).Select(point => point.Step).DefaultIfEmpty(0).Max()));
        ScaleLosses(plot, [.. curves.SelectMany(curve => curve.Decades)]);
        var canvas = new Canvas(Render(plot));
        Label(canvas, plot, losses);
        return canvas.ToImage();
    }

    static Curve Smoothed(LossCurve loss)
    {
        var points = loss.Points.Where(point => point.Loss > 0 && double.IsFinite(point.Loss)).Chunk(Math.Max(1, loss.Points.Count / MostWindows))
            .Select(window => (Step: window.Average(point => point.Step), Loss: window.Average(point => point.Loss))).ToList();
        return new Curve(points.ConvertAll(point => point.Step), points.ConvertAll(point => Math.Log10(point.Loss)));
    }

    static void Add(Plot plot, Curve curve, Rgb color)
    {
        if (curve.Steps.Count == 0) return;
        var line = plot.Add.Scatter(curve.Steps, curve.Decades, Plotted(color));
        line.LineWidth = 2;
        line.MarkerSize = curve.Steps.Count == 1 ? 8 : 0;
    }

    static void AddMark(Plot plot, int step)
    {
        var line = plot.Add.VerticalLine(step - 0.5, color: Plotted(Ink));
        line.LinePattern = LinePattern.Dotted;
        line.LabelText = "";
    }

    /// <summary>At most ten ticks, at 1, 2 or 5 times a power of ten. (ScottPlot spaces ticks by the width of labels, which is nothing without fonts.)</summary>
    static void ScaleSteps(Plot plot, int last)
    {
        var power = (int)Math.Pow(10, Math.Floor(Math.Log10(last)));
        int[] spacings = [Math.Max(1, power / 10), Math.Max(1, power / 5), Math.Max(1, power / 2), power, 2 * power];
        var spacing = spacings.First(spacing => last / spacing <= MostTicks);
        plot.Axes.SetLimitsX(0, last);
        plot.Axes.Bottom.TickGenerator = Ticks(Enumerable.Range(0, last / spacing + 1).Select(i => i * spacing), step => $"{step}");
    }

    static void ScaleLosses(Plot plot, List<double> decades)
    {
        var low = decades.Count == 0 ? -1 : (int)Math.Floor(decades.Min() - 0.02);
        var high = decades.Count == 0 ? 0 : (int)Math.Ceiling(decades.Max() + 0.02);
        plot.Axes.SetLimitsY(low, high);
        plot.Axes.Left.TickGenerator = Ticks(Enumerable.Range(low, high - low + 1), LossLabel);
    }

    static ScottPlot.TickGenerators.NumericManual Ticks(IEnumerable<int> positions, Func<int, string> label) =>
        new([.. positions.Select(position => new Tick(position, label(position)))]);

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

    static void Label(Canvas canvas, Plot plot, IReadOnlyList<LossCurve> losses)
    {
        var bottom = (int)plot.RenderManager.LastRender.DataRect.Bottom;
        foreach (var tick in plot.Axes.Left.TickGenerator.Ticks.Where(tick => tick.IsMajor))
            canvas.Write(tick.Label, (int)Margins.Left - 14 - Scale * PixelFont.WidthOf(tick.Label), (int)PixelY(plot, tick.Position) - LineHeight / 2, Scale, Ink);
        foreach (var tick in plot.Axes.Bottom.TickGenerator.Ticks.Where(tick => tick.IsMajor && tick.Label.Length > 0))
            Centre(canvas, tick.Label, (int)PixelX(plot, tick.Position), bottom + 12);
        Centre(canvas, "optimizer step", Width / 2, bottom + 44);
        canvas.Write("loss", 12, (int)Margins.Top - 34, Scale, Ink);
        var left = (int)Margins.Left;
        for (var i = 0; i < losses.Count; i++)
        {
            canvas.Fill(left, (int)Margins.Top - 28, 30, 4, Rgb.Of(i));
            canvas.Write(losses[i].Name, left + 38, (int)Margins.Top - 34, Scale, Ink);
            left += 38 + Scale * PixelFont.WidthOf(losses[i].Name) + 40;
        }
    }

    static void Centre(Canvas canvas, string text, int x, int top) => canvas.Write(text, x - Scale * PixelFont.WidthOf(text) / 2, top, Scale, Ink);

    static float PixelX(Plot plot, double step) => plot.Axes.Bottom.GetPixel(step, plot.RenderManager.LastRender.DataRect);

    static float PixelY(Plot plot, double decade) => plot.Axes.Left.GetPixel(decade, plot.RenderManager.LastRender.DataRect);

    static ScottPlot.Color Plotted(Rgb color) => new(color.Red, color.Green, color.Blue);
}
