using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace ConceptExpress.Cli.Options;

/// <summary>Options that check their value and say what would do.</summary>
static class OptionKinds
{
    /// <summary>A whole number of a range; null where the option is not given.</summary>
    public static Option<int?> Whole(string name, int low, int high, string description) =>
        Parsed<int?>(name, "N", description, text => InRange(text, low, high), $"a whole number from {low} to {high}");

    /// <summary>A large whole number of a range; null where the option is not given.</summary>
    public static Option<long?> LongWhole(string name, long low, long high, string description) =>
        Parsed<long?>(name, "N", description, text => InRange(text, low, high), $"a whole number from {low} to {high}");

    /// <summary>A number of a range; null where the option is not given.</summary>
    public static Option<double?> Real(string name, double low, double high, string description) =>
        Parsed<double?>(name, "X", description, text => InRange(text, low, high), FormattableString.Invariant($"a number from {low} to {high}"));

    /// <summary>One word of several; null where the option is not given.</summary>
    public static Option<string?> Choice(string name, string[] words, string description)
    {
        var option = Parsed(name, string.Join('|', words), description, text => words.Contains(text) ? text : null, $"one of {string.Join(", ", words)}");
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>A file, folder or text that is not empty.</summary>
    public static Option<string> Text(string name, string placeholder, string description, bool required = false)
    {
        var option = Parsed(name, placeholder, description, text => text.Length > 0 ? text : null, "a value that is not empty");
        option.Required = required;
        return option!;
    }

    /// <summary>An option whose value <paramref name="parse"/> reads, giving null for a value that will not do.</summary>
    public static Option<T?> Parsed<T>(string name, string placeholder, string description, Func<string, T?> parse, string expected)
    {
        return new Option<T?>(name) { HelpName = placeholder, Description = description, CustomParser = Read };

        T? Read(ArgumentResult result)
        {
            var text = result.Tokens[^1].Value;
            if (parse(text) is { } value) return value;
            result.AddError($"{name} takes {expected}, not '{text}'");
            return default;
        }
    }

    static T? InRange<T>(string text, T low, T high) where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value : null;
}
