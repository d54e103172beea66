using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Checks settings against the ranges that their properties declare with <see cref="RangeAttribute"/>. A range is declared only there;
/// help texts read it from there, too.
/// </summary>
static class SettingsCheck
{
    /// <summary>The largest seed, 2^53 - 1. Many JSON readers lose digits of larger integers.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>Bounds of the sides of pictures that networks work on, in pixels.</summary>
    public const int MinSide = 32, MaxSide = 2048;

    /// <summary>Checks every property of a settings record, and of the records and lists in it.</summary>
    /// <param name="settings">A record whose numbers declare ranges.</param>
    /// <param name="path">Name of the record in messages; empty for the outermost.</param>
    /// <exception cref="SettingsException">A value is out of its range or not finite; the message has the setting's JSON name.</exception>
    public static void Require(object settings, string path = "")
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.GetValue(settings) is not { } value) continue;
            var name = $"{path}{(path.Length > 0 ? "." : "")}{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
            RequireValue(value, name, property.GetCustomAttribute<RangeAttribute>());
        }
    }

    /// <summary>Throws unless a rule holds. For rules that a range cannot express.</summary>
    /// <param name="holds">Whether the rule holds.</param>
    /// <param name="sentence">The message if it does not.</param>
    /// <exception cref="SettingsException">The rule does not hold.</exception>
    public static void Rule(bool holds, string sentence)
    {
        if (!holds) throw new SettingsException(sentence);
    }

    /// <summary>Returns a range in words, for messages and help texts: <c>from 1 to 1000</c>.</summary>
    public static string Words(RangeAttribute range) =>
        string.Create(CultureInfo.InvariantCulture, $"{(range.MinimumIsExclusive ? "above" : "from")} {range.Minimum} to {range.Maximum}");

    static void RequireValue(object value, string name, RangeAttribute? range)
    {
        if (value is IEnumerable list and not string)
        {
            var i = 0;
            foreach (var item in list)
                if (item is not null) RequireValue(item, $"{name}[{i++}]", range);
            return;
        }
        if (value is double number && !double.IsFinite(number) || range is not null && !range.IsValid(value))
            throw new SettingsException(
                string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; use a number {(range is null ? "that is finite" : Words(range))}."));
        if (value.GetType() is { IsClass: true } type && type != typeof(string)) Require(value, name);
    }
}
