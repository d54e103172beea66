using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Text.Prompts;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Library.Generated;

/// <summary>
/// Writes the prompts of a picture as A1111 and ComfyUI need them. They call a word by its file, so it is <c>asset0</c> in A1111's prompts
/// and <c>embedding:asset0</c> in ComfyUI's. Weights keep their numbers.
/// </summary>
sealed partial class PromptSpelling
{
    readonly GenerationSettings settings;
    readonly Dictionary<string, string> names;
    readonly UnsplitWords words;

    /// <summary>Prepares the spelling of a picture's prompts.</summary>
    public PromptSpelling(PictureRecord record)
    {
        settings = record.Settings;
        names = record.Concepts.DistinctBy(concept => concept.Token)
            .ToDictionary(concept => concept.Token, concept => NameOf(concept, record.Concepts));
        words = PromptWords.Unsplit(names.Keys);
    }

    /// <summary>Returns what A1111 and ComfyUI call a word: the name of its file, or its own if the file has several words.</summary>
    public static string NameOf(PictureConcept concept, IReadOnlyList<PictureConcept> all)
    {
        if (concept.File is not { } file || all.Count(other => other.File == file) > 1) return ConceptNames.NameOf(concept.Token);
        var name = file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;
    }

    /// <summary>Returns a prompt of the picture for A1111.</summary>
    public string ForA1111(string prompt) => settings.Syntax == PromptSyntax.A1111
        ? Spelled(Resolved(prompt), text => text, name => Escaped(name, A1111Special()), LetterBefore(), LetterAfter())
        : string.Concat(Sections(prompt)[0].Select(part => Weighted(part, Spelled(part.Text,
            text => Capitals().Replace(Escaped(text, A1111Special()), match => match.Value.ToLowerInvariant()),
            name => Escaped(name, A1111Special()), LetterBefore(), LetterAfter()))));

    /// <summary>Returns a prompt of the picture for ComfyUI: a text for each section between A1111's <c>BREAK</c>s, at least one.</summary>
    public IReadOnlyList<string> ForComfy(string prompt)
    {
        static string Embedding(string name) => "embedding:" + Escaped(name, ComfySpecial());
        if (settings.Syntax == PromptSyntax.ComfyUI)
            return [Spelled(Resolved(prompt), text => text, Embedding, TextBefore(), TextAfter())];
        return [.. Sections(prompt).Select(section => string.Concat(section.Select(part => Weighted(part,
            Spelled(part.Text, text => Escaped(text, ComfySpecial()), Embedding, TextBefore(), TextAfter())))))];
    }

    string Resolved(string prompt) => PromptWords.Resolve(prompt, settings.Syntax, names.Keys);

    IReadOnlyList<IReadOnlyList<WeightedText>> Sections(string prompt) =>
        ParsedPrompt.Parse(prompt, settings.Syntax, names.Keys).Sections;

    // Names are told from the text around them by spaces, where the program needs that.
    string Spelled(string text, Func<string, string> plain, Func<string, string> name, Regex before, Regex after)
    {
        var (spelled, wasName) = (new StringBuilder(), false);
        foreach (var (piece, id) in words.Split(text))
        {
            var isName = id is not null;
            var next = isName ? name(names[piece]) : plain(piece);
            if (isName && before.IsMatch(spelled.ToString()) || wasName && !isName && after.IsMatch(next)) spelled.Append(' ');
            spelled.Append(next);
            wasName = isName;
        }
        return spelled.ToString();
    }

    static string Weighted(WeightedText part, string spelled) => part.Weight == 1 || string.IsNullOrWhiteSpace(spelled)
        ? spelled
        : string.Create(CultureInfo.InvariantCulture, $"({spelled}:{part.Weight:0.####})");

    static string Escaped(string text, Regex special) => special.Replace(text, @"\$0");

    [GeneratedRegex(@"[()\[\]\\]")]
    private static partial Regex A1111Special();

    [GeneratedRegex("[()]")]
    private static partial Regex ComfySpecial();

    // What A1111 would take for syntax; tokenizers read capitals as small letters.
    [GeneratedRegex(@"\b(AND|BREAK)\b")]
    private static partial Regex Capitals();

    [GeneratedRegex(@"[\p{L}\p{N}_]\z")]
    private static partial Regex LetterBefore();

    [GeneratedRegex(@"^[\p{L}\p{N}_]")]
    private static partial Regex LetterAfter();

    [GeneratedRegex(@"([^\s(]|\\\()\z")]
    private static partial Regex TextBefore();

    [GeneratedRegex(@"^(?![\s,)]|:\s*[-+.\d]+\s*\))")]
    private static partial Regex TextAfter();
}
