using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ConceptExpress.Library.Tests.Settings;

/// <summary>
/// Every setting of a tree, changed one by one, found by reflection: a setting that somebody adds is tested from then on.
/// </summary>
static class EverySetting
{
    /// <summary>Otherwise unchanged settings in which one thing differs.</summary>
    /// <param name="Path">What differs.</param>
    /// <param name="Settings">The whole tree.</param>
    public sealed record Change(string Path, object Settings);

    /// <summary>Each leaf with another value, each family with each other member, whatever may be null null and not null.</summary>
    public static IReadOnlyList<Change> Changed(object settings) => [.. ChangedIn(settings, "")];

    static IEnumerable<Change> ChangedIn(object settings, string path) =>
        from property in Properties(settings)
        from other in Others(property.PropertyType, property.GetValue(settings), path + property.Name, MayBeNull(property))
        select new Change(other.Path, With(settings, property, other.Settings));

    static IEnumerable<Change> Others(Type type, object? now, string path, bool mayBeNull)
    {
        if (mayBeNull && now is not null) yield return new Change($"{path} = null", null!);
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (LeafOther(plain, now) is { } leaf) yield return new Change(path, leaf);
        else if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            foreach (var list in OtherLists(plain.GetGenericArguments()[0], [.. ((IEnumerable)now!).Cast<object>()], path))
                yield return list;
        else
            foreach (var member in Members(plain, now))
            {
                if (member.GetType() != now?.GetType()) yield return new Change($"{path} = {member.GetType().Name}", member);
                foreach (var change in ChangedIn(member, $"{path}.")) yield return change;
            }
    }

    static object? LeafOther(Type type, object? now) => type switch
    {
        _ when type == typeof(bool) => !(bool)now!,
        _ when type == typeof(int) => (int)(now ?? 40) + 1,
        _ when type == typeof(long) => (long)(now ?? 40L) + 1,
        _ when type == typeof(double) => (double)(now ?? 0.5) * 1.5 + 0.0625,
        { IsEnum: true } => Enum.GetValues(type).Cast<object>().First(value => !value.Equals(now)),
        _ => null,
    };

    static IEnumerable<Change> OtherLists(Type entryType, object[] entries, string path)
    {
        yield return new Change($"{path} without its last", ListOf(entryType, entries[..^1]));
        yield return new Change($"{path} backwards", ListOf(entryType, [.. entries.Reverse()]));
        foreach (var (i, entry) in entries.Index())
            foreach (var other in Others(entryType, entry, $"{path}[{i}]", mayBeNull: false))
                yield return new Change(other.Path, ListOf(entryType, [.. entries[..i], other.Settings, .. entries[(i + 1)..]]));
    }

    static IEnumerable<object> Members(Type type, object? now)
    {
        Type[] kinds = type.IsAbstract ? [.. type.Assembly.GetTypes().Where(kind => kind.IsSubclassOf(type) && !kind.IsAbstract)] : [type];
        Assert.NotEmpty(kinds);
        return kinds.Select(kind => now?.GetType() == kind ? now : Activator.CreateInstance(kind)!);
    }

    /// <summary>A tree in words: kinds, names and values.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        IEnumerable list when value is not string => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        _ when value.GetType() is { IsPrimitive: false, IsEnum: false } type && type != typeof(string) =>
            $"{type.Name} "
                + $"{{ {string.Join(", ", Properties(value).Select(property => $"{property.Name} = {Text(property.GetValue(value))}"))} }}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Every single value in a JSON object, by its path: lists count as one value.</summary>
    public static IEnumerable<(string Path, string Value)> Leaves(JsonElement json, string path = "") =>
        json.EnumerateObject().SelectMany(field =>
        field.Value.ValueKind == JsonValueKind.Object ? Leaves(field.Value, $"{path}{field.Name}.")
            : [($"{path}{field.Name}", field.Value.GetRawText())]);

    static PropertyInfo[] Properties(object settings) =>
        [.. settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .OrderBy(property => property.Name)];

    static bool MayBeNull(PropertyInfo property) => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    static object With(object settings, PropertyInfo property, object? value)
    {
        var changed = settings.GetType().GetMethod("<Clone>$")!.Invoke(settings, null)!;
        property.SetValue(changed, value);
        return changed;
    }

    static Array ListOf(Type entryType, object[] entries)
    {
        var list = Array.CreateInstance(entryType, entries.Length);
        entries.CopyTo(list, 0);
        return list;
    }
}
