using System.Net;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Draws confidence against the share that is right, as SVG. Well calibrated confidence lies on the diagonal.</summary>
static class ReliabilityPlot
{
    const int Side = 200, Margin = 34, Whole = Side + 2 * Margin;

    /// <summary>Returns the plot; the area of a dot grows with the number of concepts.</summary>
    /// <param name="name">Name of the method, for people who cannot see the plot.</param>
    /// <param name="bins">At least one bin.</param>
    public static string Of(string name, IReadOnlyList<ReliabilityBin> bins)
    {
        static double X(double value) => Margin + Side * value;
        static double Y(double value) => Margin / 2 + Side * (1 - value);
        var most = bins.Max(bin => bin.Concepts);
        static string Text(FormattableString text) => FormattableString.Invariant(text);
        var dots = bins
            .Select(bin => (X: X(bin.Confidence), Y: Y(bin.Right), Radius: 3 + 8 * Math.Sqrt((double)bin.Concepts / most), Bin: bin))
            .Select(dot => Text($"<circle cx=\"{dot.X:0.0}\" cy=\"{dot.Y:0.0}\" r=\"{dot.Radius:0.0}\"><title>")
                + Text($"{dot.Bin.Concepts} concepts: confidence {dot.Bin.Confidence:0.00}, right {dot.Bin.Right:0.00}</title></circle>"));
        var marks = new[] { 0, 0.5, 1 }.Select(value => FormattableString.Invariant(
            $"<text x=\"{X(value)}\" y=\"{Y(0) + 14}\" text-anchor=\"middle\">{value}</text><text x=\"{X(0) - 6}\" y=\"{Y(value) + 4}\" ")
            + FormattableString.Invariant($"text-anchor=\"end\">{value}</text>"));
        var error = FormattableString.Invariant($"{ReliabilityBin.Error(bins):0.000}");
        return FormattableString.Invariant($"""
            <svg class="reliability" viewBox="0 0 {Whole} {Whole}" width="{Whole}" role="img" font-size="11" font-family="sans-serif"
            fill="currentColor">
            <title>{WebUtility.HtmlEncode(name)}: confidence and share of concepts that are right; calibration error {error}</title>
            <path d="M{X(0)} {Y(1)}V{Y(0)}H{X(1)}" fill="none" stroke="currentColor"/>
            <path d="M{X(0)} {Y(0)}L{X(1)} {Y(1)}" stroke="currentColor" stroke-dasharray="3 3"/>
            {string.Concat(marks)}
            <g fill="#0a7cc4" fill-opacity="0.75">{string.Concat(dots)}</g>
            <text x="{X(0.5)}" y="{Y(0) + 28}" text-anchor="middle">confidence</text>
            <text x="10" y="{Y(0.5)}" text-anchor="middle" transform="rotate(-90 10 {Y(0.5)})">share that is right</text>
            </svg>
            """);
    }
}
