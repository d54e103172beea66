using System.Globalization;

namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>A piece of a prompt that no syntax divides: one character, or a whole concept word.</summary>
/// <param name="Text">The character or word.</param>
/// <param name="IsLiteral">Whether it is text, even if it looks like syntax: a concept word, or an escaped character.</param>
readonly record struct PromptAtom(string Text, bool IsLiteral = false)
{
    /// <summary>
    /// Returns the atoms of a prompt. Concept words are whole, so that the brackets of <c>&lt;cat-(2)&gt;</c> are no syntax.
    /// </summary>
    public static List<PromptAtom> Split(string prompt, UnsplitWords words)
    {
        var atoms = new List<PromptAtom>(prompt.Length);
        foreach (var (piece, id) in words.Split(prompt))
        {
            if (id is not null) atoms.Add(new PromptAtom(piece, IsLiteral: true));
            else atoms.AddRange(piece.Select(character => new PromptAtom(character.ToString())));
        }
        return atoms;
    }

    /// <summary>Whether this is a character of the syntax.</summary>
    public bool Is(char character) => !IsLiteral && Text[0] == character;

    /// <summary>Whether this is one of several characters of the syntax.</summary>
    public bool IsOneOf(string characters) => !IsLiteral && characters.Contains(Text[0]);

    /// <summary>Returns the text of several atoms.</summary>
    public static string TextOf(IEnumerable<PromptAtom> atoms) => string.Concat(atoms.Select(atom => atom.Text));

    /// <summary>Reads a number that may have space around it; null if the atoms are something else.</summary>
    public static double? NumberOf(IReadOnlyList<PromptAtom> atoms) =>
        atoms.All(atom => !atom.IsLiteral)
            && double.TryParse(TextOf(atoms), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
