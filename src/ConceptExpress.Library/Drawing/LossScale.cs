using System.Globalization;

namespace ConceptExpress.Library.Drawing;

/// <summary>The range of a panel's axis, linear or logarithmic.</summary>
/// <param name="Logarithmic">Whether the axis is logarithmic, with base 10.</param>
/// <param name="Low">The lowest value that is shown.</param>
/// <param name="High">The highest value that is shown.</param>
sealed record LossScale(bool Logarithmic, double Low, double High)
{
    const double Nothing = 1e-300; // smaller values count as 0
    const double LinearSpan = 100; // values that span more than two decades get a logarithmic axis
    const double RareShare = 0.02; // the lowest values, up to this share, do not extend a logarithmic axis
    const double Farthest = 1e6; // neither do values so far from 1: remains of an underflow, or a divergence

    /// <summary>Chooses a scale for values, which must be finite.</summary>
    public static LossScale Of(IReadOnlyList<double> values)
    {
        double[] positive = [.. values.Where(value => value > Nothing).Order()];
        if (positive.Length == 0 || values.Min() < 0) return Linear(values);
        var floor = Math.Min(1, positive[^1]) / Farthest;
        var ceiling = Math.Max(1, Quantile(positive, 0.1)) * Farthest;
        double[] usual = [.. positive.Where(value => value >= floor && value <= ceiling)];
        var (low, high) = usual.Length > 0 ? (Quantile(usual, RareShare), usual[^1]) : (floor, ceiling);
        return positive[^1] <= ceiling && high / low <= LinearSpan ? Linear(values) : WholeDecades(low, high);
    }

    /// <summary>Begins a little below 0 if 0 is near, so that a curve along 0 is visible.</summary>
    static LossScale Linear(IReadOnlyList<double> values)
    {
        var (least, most) = (values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(0).Max());
        if (least >= 0 && 2 * least <= most)
            return most > Nothing ? new LossScale(false, -0.02 * most, 1.05 * most) : new LossScale(false, -0.02, 1);
        var size = Math.Max(Math.Abs(least), Math.Abs(most));
        var margin = most > least ? Math.Max(0.05 * (most - least), 0.001 * size) : 0.1 * size; // tick labels have few digits
        return new LossScale(false, least - margin, most + margin);
    }

    static LossScale WholeDecades(double low, double high)
    {
        var (first, last) = (Math.Floor(Math.Log10(low)), Math.Ceiling(Math.Log10(high)));
        return new LossScale(true, Math.Pow(10, first), Math.Pow(10, Math.Max(first + 1, last)));
    }

    static double Quantile(double[] ordered, double share) => ordered[(int)(share * (ordered.Length - 1))];

    /// <summary>The ends of the axis in plot coordinates: values, or their base-10 logarithms.</summary>
    public (double Low, double High) Axis => Logarithmic ? (Math.Log10(Low), Math.Log10(High)) : (Low, High);

    /// <summary>
    /// Returns a value in plot coordinates. On a logarithmic axis, values beyond an end are moved just outside it, so that lines to them
    /// leave the panel.
    /// </summary>
    public double PlaceOf(double value)
    {
        var (low, high) = Axis;
        var beyond = 0.1 * (high - low);
        return Logarithmic ? Math.Clamp(Math.Log10(value), low - beyond, high + beyond) : value;
    }

    /// <summary>The exponents of the powers of ten that get labels, at most seven.</summary>
    public IEnumerable<int> Decades
    {
        get
        {
            var (low, high) = ((int)Math.Round(Axis.Low), (int)Math.Round(Axis.High));
            var spacing = (high - low + 5) / 6;
            for (var decade = low; decade <= high; decade += spacing) yield return decade;
        }
    }

    /// <summary>Whether a value is between the ends of the axis, ends included.</summary>
    public bool Shows(double value) => value >= Low && value <= High;

    /// <summary>Returns a text that counts the values the panel does not show; empty if it shows all.</summary>
    public string NotShown(IReadOnlyList<double> all)
    {
        string[] parts =
        [
            .. Part(all.Count(value => value < Low && double.IsFinite(value)), $"below {Text(Low, 1)}"),
            .. Part(all.Count(value => value > High && double.IsFinite(value)), $"above {Text(High, 1)}"),
            .. Part(all.Count(value => !double.IsFinite(value)), "not finite"),
        ];
        return parts.Length > 0 ? $"not shown of {all.Count} values: {string.Join(", ", parts)}" : "";
    }

    static string[] Part(int count, string which) => count > 0 ? [$"{count} {which}"] : [];

    /// <summary>Formats a value with at most <paramref name="digits"/> significant digits.</summary>
    public static string Text(double value, int digits) => value switch
    {
        double.NaN => "not a number",
        double.PositiveInfinity or double.NegativeInfinity => "infinite",
        0 => "0",
        _ when Math.Abs(value) is >= 1e-3 and < 1e5 => Rounded(value, digits).ToString("0.########", CultureInfo.InvariantCulture),
        _ => value.ToString($"0.{new string('#', digits - 1)}e0", CultureInfo.InvariantCulture),
    };

    static double Rounded(double value, int digits) =>
        double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
