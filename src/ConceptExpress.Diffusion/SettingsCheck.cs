using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Holds settings to the ranges that their properties declare with <see cref="RangeAttribute"/>: the one home of every range, which help texts read, too.
/// </summary>
public static class SettingsCheck
{
    /// <summary>The largest seed: JSON readers keep no more digits.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>Sides of pictures that are worked on, in pixels.</summary>
    public const int MinSide = 32, MaxSide = 2048;

    /// <summary>Checks every property of a record of settings, and of the records and lists in it.</summary>
    /// <param name="settings">A record whose numbers declare ranges.</param>
    /// <param name="path">What the record is called in messages; empty for the outermost.</param>
    /// <exception cref="SettingsException">A value is out of its range; names the setting as JSON does.</exception>
    public static void Require(object settings, string path = "")
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.GetValue(settings) is not { } value) continue;
            var name = $"{path}{(path.Length > 0 ? "." : "")}{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
            RequireValue(value, name, property.GetCustomAttribute<RangeAttribute>());
        }
    }

    /// <summary>Throws unless a rule holds that ties settings together.</summary>
    /// <exception cref="SettingsException">It does not.</exception>
    public static void Rule(bool holds, string sentence)
    {
        if (!holds) throw new SettingsException(sentence);
    }

    /// <summary>A range in words: <c>from 1 to 1000</c>.</summary>
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
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it takes a number {(range is null ? "that is finite" : Words(range))}."));
        if (value.GetType() is { IsClass: true } type && type != typeof(string)) Require(value, name);
    }
}
