using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ConceptExpress.Testing;

/// <summary>
/// Every number in a tree of settings, found by reflection: records, records in them, lists of either, and every member of a closed family
/// where a property
/// has one. A range that somebody adds is tested from then on.
/// </summary>
public static class DeclaredRanges
{
    /// <summary>A setting with a value, in otherwise unchanged settings.</summary>
    /// <param name="Path">What the setting is called in JSON, <c>learning.passes</c>.</param>
    /// <param name="Value">What it was set to.</param>
    /// <param name="Settings">The whole tree.</param>
    public sealed record Case(string Path, object Value, object Settings)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path} = {Value}");
    }

    /// <summary>Every declared range, just outside of either end; doubles also infinite and not a number.</summary>
    public static IReadOnlyList<Case> JustOutside(object settings) => [.. Cases(settings, "", Outside)];

    /// <summary>Every declared range, at either end.</summary>
    public static IReadOnlyList<Case> AtTheEnds(object settings) => [.. Cases(settings, "", Ends)];

    /// <summary>Numbers of the tree without a range.</summary>
    public static IReadOnlyList<string> Unlimited(object settings) =>
        [.. Cases(settings, "", (type, range) => range is null ? [Zero(type)] : []).Select(each => each.Path)];

    static IEnumerable<Case> Cases(object settings, string path, Func<Type, RangeAttribute?, IEnumerable<object>> valuesOf)
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite))
        {
            var name = path + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var range = property.GetCustomAttribute<RangeAttribute>();
            foreach (var (inner, value, changed) in Of(property.PropertyType, property.GetValue(settings), name, range, valuesOf))
                yield return new Case(inner, value, With(settings, property, changed));
        }
    }

    /// <summary>The cases of one property or list entry: where, the number, and what to put in its place.</summary>
    static IEnumerable<(string Path, object Value, object Changed)> Of(
        Type type, object? now, string name, RangeAttribute? range, Func<Type, RangeAttribute?, IEnumerable<object>> valuesOf)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return valuesOf(type, range).Select(value => (name, value, value));
        if (type == typeof(string) || type.IsEnum || type == typeof(bool)) return [];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var entryType = type.GetGenericArguments()[0];
            object?[] entries = [.. ((IEnumerable?)now ?? Array.Empty<object>()).Cast<object?>()];
            return entries.Index().SelectMany(entry => Of(entryType, entry.Item, $"{name}[{entry.Index}]", range, valuesOf)
                .Select(inner => (inner.Path, inner.Value, ListWith(entryType, entries, entry.Index, inner.Changed))));
        }
        return Members(type, now).SelectMany(member => Cases(member, name + ".", valuesOf))
            .Select(inner => (inner.Path, inner.Value, inner.Settings));
    }

    /// <summary>The record that is there, and every other kind that could be.</summary>
    static IEnumerable<object> Members(Type type, object? now)
    {
        Type[] kinds = type.IsAbstract ? [.. type.Assembly.GetTypes().Where(kind => kind.IsSubclassOf(type) && !kind.IsAbstract)] : [type];
        Xunit.Assert.NotEmpty(kinds);
        return kinds.Select(kind => now?.GetType() == kind ? now : Activator.CreateInstance(kind)!);
    }

    static object With(object settings, PropertyInfo property, object value)
    {
        var changed = settings.GetType().GetMethod("<Clone>$")!.Invoke(settings, null)!;
        property.SetValue(changed, value);
        return changed;
    }

    static object ListWith(Type entryType, object?[] entries, int index, object value)
    {
        var changed = Array.CreateInstance(entryType, entries.Length);
        for (var i = 0; i < entries.Length; i++) changed.SetValue(i == index ? value : entries[i], i);
        return changed;
    }

    static IEnumerable<object> Outside(Type type, RangeAttribute? range)
    {
        if (range is null) return [];
        if (type == typeof(double))
            return [Math.BitDecrement(Number(range.Minimum)), Math.BitIncrement(Number(range.Maximum)),
                double.NaN, double.NegativeInfinity, double.PositiveInfinity];
        return [Whole(type, Whole(range.Minimum) - 1), Whole(type, Whole(range.Maximum) + 1)];
    }

    static IEnumerable<object> Ends(Type type, RangeAttribute? range)
    {
        if (range is null) return [];
        return type == typeof(double)
            ? [Number(range.Minimum), Number(range.Maximum)]
            : [Whole(type, Whole(range.Minimum)), Whole(type, Whole(range.Maximum))];
    }

    static object Zero(Type type) => type == typeof(double) ? 0.0 : Whole(type, 0);

    // A range of long or double has its ends as text until it is first used.
    static double Number(object end) => Convert.ToDouble(end, CultureInfo.InvariantCulture);

    static long Whole(object end) => Convert.ToInt64(end, CultureInfo.InvariantCulture);

    static object Whole(Type type, long value) => type == typeof(int) ? (object)checked((int)value) : value;
}
