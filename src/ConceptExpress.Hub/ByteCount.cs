using System.Globalization;

namespace ConceptExpress.Hub;

/// <summary>Numbers of bytes as people write them: in thousands, as disks are sold.</summary>
static class ByteCount
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>What <see cref="TryParse"/> accepts, in words.</summary>
    public const string Expected = "a size such as 500MB, 20GB or 1.5TB";

    /// <summary>Returns <c>3.44 GB</c>: three digits and a unit.</summary>
    public static string Words(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; Math.Abs(value) >= 999.5 && unit < Units.Length - 1; unit++) value /= 1000;
        var digits = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : Math.Abs(value) >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Reads a size: a number, and <c>B</c>, <c>kB</c>, <c>MB</c>, <c>GB</c> or <c>TB</c> in any case.</summary>
    /// <returns>Bytes; null if the text is no size.</returns>
    public static long? TryParse(string text)
    {
        var trimmed = text.Trim();
        for (var unit = Units.Length - 1; unit >= 0; unit--)
            if (trimmed.EndsWith(Units[unit], StringComparison.OrdinalIgnoreCase))
            {
                var number = trimmed[..^Units[unit].Length].TrimEnd();
                return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    && value * Math.Pow(1000, unit) is >= 0 and < 1e18 and var bytes ? (long)bytes : null;
            }
        return null;
    }
}
