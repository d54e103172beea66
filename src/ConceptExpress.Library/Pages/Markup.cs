using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ConceptExpress.Library.Pages;

/// <summary>
/// A piece of HTML. Only the literal parts of the code become tags: every value is escaped, unless it is markup itself. So no name of a
/// file or a word can end a tag or begin a script.
/// </summary>
sealed class Markup
{
    readonly string html;

    Markup(string html) => this.html = html;

    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    /// <summary>Returns the HTML of an interpolated string, such as <c>Markup.Of($"&lt;b&gt;{name}&lt;/b&gt;")</c>.</summary>
    /// <param name="parts">
    /// Values may be texts and numbers (invariant culture), which are escaped; markup or a sequence of markup; or null, which is nothing.
    /// </param>
    /// <exception cref="ArgumentException">A value is of another type.</exception>
    public static Markup Of(Parts parts) => new(parts.ToString());

    /// <summary>Returns a text whose HTML our own code has written: a style sheet or a script.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>Returns the HTML of each item of a list, with its number from 0.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, int, Markup> markup) =>
        new(string.Concat(items.Select((item, i) => markup(item, i).html)));

    /// <inheritdoc cref="Each{T}(IEnumerable{T}, Func{T, int, Markup})"/>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> markup) => Each(items, (item, _) => markup(item));

    /// <summary>Returns the HTML as text.</summary>
    public override string ToString() => html;

    /// <summary>Receives the parts of an interpolated string from the compiler.</summary>
    [InterpolatedStringHandler]
    internal sealed class Parts(int literals, int values)
    {
        readonly StringBuilder html = new(literals + 16 * values);

        public void AppendLiteral(string part) => html.Append(part);

        public void AppendFormatted<T>(T value, string? format = null) => html.Append(value switch
        {
            null => "",
            Markup part => part.html,
            IEnumerable<Markup> parts => string.Concat(parts.Select(part => part.html)),
            string text => WebUtility.HtmlEncode(text),
            IFormattable number => WebUtility.HtmlEncode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException($"a {typeof(T).Name} cannot be written as HTML"),
        });

        public override string ToString() => html.ToString();
    }
}
