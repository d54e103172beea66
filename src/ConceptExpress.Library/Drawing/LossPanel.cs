using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>
/// One panel of a <see cref="LossChart"/>: every step thin and pale, with the smoothed curve on top. ScottPlot draws everything except the
/// heading.
/// </summary>
sealed class LossPanel
{
    /// <summary>The height of the step labels below a panel, in pixels.</summary>
    public const int StepLabels = 24;

    const float TitleSize = 19, NoteSize = 15, TickSize = 15;
    const int LastDigits = 3, TickDigits = 6;
    const int FewSteps = 60, ManySteps = 1000; // up to FewSteps, lines get dots; above ManySteps, dots are small
    const double Pale = 0.6; // share of white in the color of single steps
    const int Left = 90, Right = 30, Bottom = 8, Top = 40; // margins
    static readonly Rgb Ink = new(40, 40, 40), Faint = new(110, 110, 110);

    readonly LossCurve loss;
    readonly LossScale scale;
    readonly (int Step, double Value)[] finite;
    readonly IReadOnlyList<IReadOnlyList<(int Step, double Value)>> smoothed;

    /// <summary>Scales and smooths a curve.</summary>
    /// <param name="loss">The curve to show.</param>
    /// <param name="marked">The first step after the merge; 0 for no mark.</param>
    public LossPanel(LossCurve loss, int marked)
    {
        this.loss = loss;
        finite = [.. loss.Points.Where(point => double.IsFinite(point.Loss))];
        scale = LossScale.Of([.. finite.Select(point => point.Value)]);
        // The curve jumps at the mark. Smoothing across it would hide the jump.
        smoothed = [.. finite.GroupBy(point => marked > 0 && point.Step >= marked).Select(part => SmoothedCurve.Of([.. part]))];
    }

    /// <summary>Draws the panel.</summary>
    /// <param name="canvas">The canvas to draw on.</param>
    /// <param name="area">The rectangle of the panel on the canvas, in pixels.</param>
    /// <param name="color">The color of the curve.</param>
    /// <param name="steps">The first and the last step of the axis.</param>
    /// <param name="marked">The step before which a vertical line is drawn; 0 for none.</param>
    /// <param name="labelled">Whether the axis has step labels.</param>
    public void Draw(Canvas canvas, SKRectI area, Rgb color, (int First, int Last) steps, int marked, bool labelled)
    {
        using var plot = new Plot();
        plot.Layout.Fixed(new PixelPadding(Left, Right, labelled ? Bottom + StepLabels : Bottom, Top));
        plot.Axes.Bottom.TickLabelStyle.IsVisible = labelled;
        plot.Font.Set(ProgramFont.NameInPlots);
        ScaleSteps(plot, steps);
        ScaleLosses(plot);
        AddSteps(plot, Plotted(color).MixedWith(Colors.White, Pale));
        foreach (var part in smoothed) AddLine(plot, part, Plotted(color), width: 3, marker: part.Count == 1 ? 7 : 0);
        if (marked > 0) AddMark(plot, marked, steps);
        using (new SKAutoCanvasRestore(canvas.Pen))
        {
            canvas.Pen.ClipRect(area); // without it, the plot would erase the other panels
            plot.Render(canvas.Pen, new PixelRect(area.Left, area.Right, area.Bottom, area.Top));
        }
        WriteHeading(canvas, area);
    }

    // On a logarithmic axis, steps are dots: lines between values of many powers of ten would fill the panel.
    void AddSteps(Plot plot, Color pale)
    {
        var shown = finite.Where(point => scale.Shows(point.Value));
        if (scale.Logarithmic) AddLine(plot, [.. shown], pale, width: 0, marker: finite.Length <= ManySteps ? 5 : 3);
        else AddLine(plot, [.. shown], pale, width: 1, marker: finite.Length <= FewSteps ? 5 : 0);
    }

    void AddLine(Plot plot, IReadOnlyList<(int Step, double Value)> points, Color color, float width, float marker)
    {
        if (points.Count == 0) return;
        double[] steps = [.. points.Select(point => point.Step)], places = [.. points.Select(point => scale.PlaceOf(point.Value))];
        var line = plot.Add.Scatter(steps, places, color);
        (line.LineWidth, line.MarkerSize) = (width, marker);
    }

    void AddMark(Plot plot, int step, (int First, int Last) steps)
    {
        var line = plot.Add.VerticalLine(step - 0.5, 1.5f, Plotted(Ink), LinePattern.Dashed);
        line.LabelText = "";
        var late = 2 * step > steps.First + steps.Last;
        var label = plot.Add.Text($"merged at step {step}", step - 0.5, scale.Axis.High);
        (label.LabelAlignment, label.OffsetX, label.OffsetY) = (late ? Alignment.UpperRight : Alignment.UpperLeft, late ? -5 : 5, 4);
        (label.LabelFontName, label.LabelFontSize, label.LabelFontColor) = (ProgramFont.NameInPlots, NoteSize, Plotted(Ink));
        (label.LabelBackgroundColor, label.LabelPadding) = (Colors.White.WithAlpha(0.6), 2);
    }

    static void ScaleSteps(Plot plot, (int First, int Last) steps)
    {
        var margin = Math.Max(0.5, 0.01 * (steps.Last - steps.First));
        plot.Axes.SetLimitsX(steps.First - margin, steps.Last + margin);
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic
        {
            IntegerTicksOnly = true,
            TickDensity = 0.7,
            LabelFormatter = step => step.ToString("0", CultureInfo.InvariantCulture),
        };
        plot.Axes.Bottom.TickLabelStyle.FontSize = TickSize;
    }

    void ScaleLosses(Plot plot)
    {
        plot.Axes.SetLimitsY(scale.Axis.Low, scale.Axis.High);
        plot.Axes.Left.TickGenerator = scale.Logarithmic
            ? new NumericManual([.. scale.Decades.Select(decade => new Tick(decade, LossScale.Text(Math.Pow(10, decade), TickDigits)))])
            : new NumericAutomatic { LabelFormatter = value => LossScale.Text(value, TickDigits), TargetTickCount = 5 };
        plot.Axes.Left.TickLabelStyle.FontSize = TickSize;
    }

    void WriteHeading(Canvas canvas, SKRectI area)
    {
        var baseline = area.Top + Top - 12;
        canvas.Write($"{loss.Name}: {Last()}", area.Left + Left, baseline, TitleSize, Ink);
        string[] notes = [scale.Logarithmic ? "logarithmic" : "", scale.NotShown([.. loss.Points.Select(point => point.Loss)])];
        canvas.Write(string.Join("; ", notes.Where(note => note.Length > 0)), area.Right - Right, baseline, NoteSize, Faint,
            SKTextAlign.Right);
    }

    string Last()
    {
        if (loss.Points.Count == 0) return "no values";
        var (step, value) = loss.Points[^1];
        return $"{LossScale.Text(double.IsFinite(value) ? smoothed[^1][^1].Value : value, LastDigits)} at step {step}";
    }

    static Color Plotted(Rgb color) => new(color.Red, color.Green, color.Blue);
}
