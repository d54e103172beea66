using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;

namespace ConceptExpress.Cli.Options;

/// <summary>
/// Makes options that check their value and say what they accept. Ranges and defaults come from the settings that an option sets.
/// </summary>
static class OptionKinds
{
    /// <summary>An option for a whole number; null if it is not given.</summary>
    /// <param name="name">Name of the option, such as <c>--steps</c>.</param>
    /// <param name="setting">The property that the option sets; its <see cref="RangeAttribute"/> is the allowed range.</param>
    /// <param name="description">Help text, with the default.</param>
    public static Option<int?> Whole<TSettings>(string name, Expression<Func<TSettings, int?>> setting, string description) =>
        Ranged<int>(name, "N", setting.Body, description);

    /// <summary>An option for a 64-bit whole number; null if it is not given.</summary>
    public static Option<long?> LongWhole<TSettings>(string name, Expression<Func<TSettings, long?>> setting, string description) =>
        Ranged<long>(name, "N", setting.Body, description);

    /// <summary>An option for a number; null if it is not given.</summary>
    public static Option<double?> Real<TSettings>(string name, Expression<Func<TSettings, double?>> setting, string description) =>
        Ranged<double>(name, "X", setting.Body, description);

    /// <summary>
    /// The default of a setting in both presets, for a help text: <c>(default 3)</c> or <c>(default 5 in paper, 1 in express)</c>.
    /// </summary>
    public static string Default<T>(Func<ExtractionSettings, T> setting)
    {
        var (paper, express) = (setting(ExtractionSettings.Paper), setting(ExtractionSettings.Express));
        return Equals(paper, express)
            ? string.Create(CultureInfo.InvariantCulture, $"(default {express})")
            : string.Create(CultureInfo.InvariantCulture, $"(default {paper} in paper, {express} in express)");
    }

    /// <summary>An option for one of several words; null if it is not given.</summary>
    public static Option<string?> Choice(string name, string[] words, string description)
    {
        var option = Parsed(name, string.Join('|', words), description, text => words.Contains(text) ? text : null,
            $"one of {string.Join(", ", words)}");
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>
    /// An option for an enumeration, in lower case; null if it is not given. Without <paramref name="values"/> all are allowed.
    /// </summary>
    public static Option<T?> Choice<T>(string name, string description, params T[] values) where T : struct, Enum
    {
        static string Word(T value) => value.ToString().ToLowerInvariant();
        T[] all = values.Length > 0 ? values : Enum.GetValues<T>();
        return Parsed<T?>(name, string.Join('|', all.Select(Word)), description, text => all.Select(value => (T?)value)
            .FirstOrDefault(value => Word(value!.Value) == text),
            $"one of {string.Join(", ", all.Select(Word))}");
    }

    /// <summary>An option for a file, a folder or a text that must not be empty.</summary>
    public static Option<string> Text(string name, string placeholder, string description, bool required = false)
    {
        var option = Parsed(name, placeholder, description, text => text.Length > 0 ? text : null, "a non-empty value");
        option.Required = required;
        return option!;
    }

    /// <summary>An option whose value is read by <paramref name="parse"/>, which returns null for an invalid value.</summary>
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

    static Option<T?> Ranged<T>(string name, string placeholder, Expression setting, string description) where T : struct, INumber<T>
    {
        while (setting is UnaryExpression { NodeType: ExpressionType.Convert } conversion) setting = conversion.Operand;
        var member = ((MemberExpression)setting).Member;
        var range = member.GetCustomAttribute<RangeAttribute>()
            ?? throw new ArgumentException($"{member.DeclaringType?.Name}.{member.Name} needs a [Range] attribute");
        T? InRange(string text) => text.All(char.IsAscii)
            && T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && range.IsValid(value) ? value : null;
        return Parsed<T?>(name, placeholder, description, InRange,
            $"a{(placeholder == "N" ? " whole" : "")} number {SettingsCheck.Words(range)}");
    }
}
