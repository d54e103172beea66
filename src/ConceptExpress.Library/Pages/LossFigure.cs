using System.Globalization;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Pages;

/// <summary>
/// The losses over the optimizer steps as SVG, which follows the page's theme: a panel per loss, with the scales and the smoothing of
/// <see cref="TrainingChart"/>.
/// </summary>
static class LossFigure
{
    /// <summary>Returns the panels; nothing if no step was taken.</summary>
    public static Markup Of(StepLog? log)
    {
        if (log is not { Steps: { Count: > 0 } steps }) return Markup.Empty;
        var merged = steps.FirstOrDefault(step => step.Phase == Phases.LearnMergedTokens)?.Step ?? 0;
        var range = (First: steps[0].Step, Last: Math.Max(steps[0].Step + 1, steps[^1].Step));
        var mark = merged > 0 ? $"; the dashed line is the merge of the split tokens, before step {merged}" : "";
        return Markup.Of($"""
            <p>Losses over {ReportPage.Count(steps.Count, "optimizer step")}. Pale: every step; strong: smoothed{mark}.</p>
            <div class="losses">
            {Markup.Each(TrainingChart.Curves(steps), (curve, i) => new LossFigurePanel(curve, range, merged).Draw(i))}</div>
            """);
    }
}

/// <summary>One panel of a <see cref="LossFigure"/>.</summary>
sealed class LossFigurePanel
{
    // Units of the drawing, about one pixel on a phone.
    const double Width = 360, Height = 176, Left = 46, Right = 8, Top = 8, Bottom = 22;
    const int MaxBuckets = 300; // more than a panel has columns would not be visible

    readonly LossCurve curve;
    readonly (int First, int Last) steps;
    readonly int merged;
    readonly (int Step, double Value)[] finite;
    readonly LossScale scale;

    /// <summary>Chooses the scale of a panel.</summary>
    /// <param name="curve">The curve to show.</param>
    /// <param name="steps">The first and the last step of the axis.</param>
    /// <param name="merged">The first step after the merge; 0 for no mark.</param>
    public LossFigurePanel(LossCurve curve, (int First, int Last) steps, int merged)
    {
        (this.curve, this.steps, this.merged) = (curve, steps, merged);
        finite = [.. curve.Points.Where(point => double.IsFinite(point.Loss))];
        scale = LossScale.Of([.. finite.Select(point => point.Value)]);
    }

    /// <summary>Returns the panel.</summary>
    /// <param name="number">Its number, from 0, which chooses its color.</param>
    public Markup Draw(int number)
    {
        // The curve jumps at the merge. Smoothing across it would hide the jump.
        var smoothed = finite.GroupBy(point => merged > 0 && point.Step >= merged).Select(part => SmoothedCurve.Of([.. part])).ToList();
        var end = smoothed.Count > 0 ? LossScale.Text(smoothed[^1][^1].Value, 3) : "no finite value";
        string[] notes = [scale.Logarithmic ? "logarithmic" : "", scale.NotShown([.. curve.Points.Select(point => point.Loss)])];
        var (width, height) = (Width - Left - Right, Height - Top - Bottom);
        return Markup.Of($"""
            <figure class="loss k{number % Rgb.Count}">
            <figcaption><b>{curve.Name}</b> {end} <small>{string.Join("; ", notes.Where(note => note.Length > 0))}</small></figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{curve.Name} over the optimizer steps, {end} at the end">
            {Markup.Each(Ticks(), Rule)}{Markup.Each(StepTicks(), StepLabel)}{Mark()}
            <svg x="{Left}" y="{Top}" width="{width}" height="{height}" viewBox="{Left} {Top} {width} {height}">
            {Raw()}
            {Markup.Each(smoothed, part => Markup.Of($"<polyline class=\"smooth\" points=\"{Line(part)}\"/>"))}</svg>
            </svg></figure>

            """);
    }

    // On a logarithmic axis, steps are dots: lines between values of many powers of ten would fill the panel.
    Markup Raw() => scale.Logarithmic
        ? Markup.Of($"<path class=\"raw dots\" d=\"{Dots(Thinned(finite).Where(point => scale.Shows(point.Value)))}\"/>")
        : Markup.Of($"<polyline class=\"raw\" points=\"{Line(Thinned(finite))}\"/>");

    Markup Rule((double Place, string Label) tick) => Markup.Of($"""
        <line class="rule" x1="{Left}" x2="{Width - Right}" y1="{Y(tick.Place):0.#}" y2="{Y(tick.Place):0.#}"/>
        <text class="tick" x="{Left - 6}" y="{Y(tick.Place) + 3.5:0.#}" text-anchor="end">{tick.Label}</text>

        """);

    Markup StepLabel(int step) => Markup.Of($"""
        <text class="tick" x="{X(step):0.#}" y="{Height - 6}" text-anchor="middle">{step}</text>

        """);

    Markup Mark() => merged == 0 ? Markup.Empty : Markup.Of($"""
        <line class="merge" x1="{X(merged - 0.5):0.#}" x2="{X(merged - 0.5):0.#}" y1="{Top}" y2="{Height - Bottom}"/>
        """);

    double X(double step) => Left + (step - steps.First) / (steps.Last - steps.First) * (Width - Left - Right);

    double Y(double place)
    {
        var (low, high) = scale.Axis;
        return Height - Bottom - (place - low) / (high - low) * (Height - Top - Bottom);
    }

    string Line(IEnumerable<(int Step, double Value)> points) => string.Join(' ', points.Select(point => Place(point, ',')));

    string Dots(IEnumerable<(int Step, double Value)> points) => string.Concat(points.Select(point => $"M{Place(point, ' ')}h0"));

    string Place((int Step, double Value) point, char between) =>
        string.Create(CultureInfo.InvariantCulture, $"{X(point.Step):0.#}{between}{Y(scale.PlaceOf(point.Value)):0.#}");

    /// <summary>Returns the points, or of many the smallest and the largest of every bucket of steps, so that no peak is lost.</summary>
    internal static IEnumerable<(int Step, double Value)> Thinned(IReadOnlyList<(int Step, double Value)> points) =>
        points.Count <= 2 * MaxBuckets ? points : points.Chunk((points.Count + MaxBuckets - 1) / MaxBuckets)
            .SelectMany(bucket => new[] { bucket.MinBy(point => point.Value), bucket.MaxBy(point => point.Value) }
                .OrderBy(point => point.Step));

    IEnumerable<(double Place, string Label)> Ticks() => scale.Logarithmic
        ? scale.Decades.Select(decade => ((double)decade, LossScale.Text(Math.Pow(10, decade), 6)))
        : Round(scale.Low, scale.High, 4).Select(value => (value, LossScale.Text(value, 6)));

    IEnumerable<int> StepTicks() => Round(steps.First, steps.Last, 5).Where(double.IsInteger).Select(step => (int)step);

    /// <summary>Returns round numbers (multiples of 1, 2 or 5 times a power of ten) in a range: about as many as wanted.</summary>
    internal static IEnumerable<double> Round(double low, double high, int wanted)
    {
        var rough = (high - low) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var unit = new[] { 1, 2, 5, 10 }.First(factor => factor * power >= rough * (1 - 1e-9)) * power;
        for (var i = Math.Ceiling(low / unit - 1e-9); i * unit <= high + 1e-9 * unit; i++) yield return i * unit;
    }
}
