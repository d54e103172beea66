using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>Refuses, by name, what other programs understand in prompts and this one does not. It is never drawn as text.</summary>
static partial class UnsupportedSyntax
{
    const string AsText = "read the prompt as plain text if it is meant as text";

    /// <summary>Checks a prompt.</summary>
    /// <exception cref="SettingsException">The prompt has such syntax; the message names it.</exception>
    public static void Refuse(IReadOnlyList<PromptAtom> atoms, PromptSyntax syntax)
    {
        // Concept words may look like syntax; a character that no syntax has stands for each.
        var text = string.Concat(atoms.Select(atom => atom.IsLiteral ? "\uFFFC" : atom.Text));
        if (ExtraNetwork().Match(text) is { Success: true } network)
            throw Unsupported(network.Value, $"{network.Groups[1].Value} files cannot be used here", "leave it out");
        if (syntax == PromptSyntax.ComfyUI && Choice().Match(text) is { Success: true } choice)
            throw Unsupported(choice.Value, "ComfyUI's random choice is not supported", $"write one of its parts, or {AsText}");
        if (syntax != PromptSyntax.A1111) return;
        if (And().Match(text) is { Success: true } and)
            throw Unsupported(and.Value, "A1111's composition of prompts is not supported", $"write 'and', or {AsText}");
        RefuseSchedules(text);
    }

    static void RefuseSchedules(string text)
    {
        var open = new Stack<Bracket>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] is '(' or '[') open.Push(new Bracket(text[i], i));
            else if (open.Count == 0) continue;
            else if (text[i] == '|') open.Peek().HasBar = true;
            else if (text[i] == ':') open.Peek().LastColon = i;
            else if (text[i] is ')' or ']' && open.Peek().Kind == (text[i] == ')' ? '(' : '[')) Close(open.Pop(), text, i);
        }
    }

    static void Close(Bracket bracket, string text, int end)
    {
        if (bracket.Kind == '(') return;
        var whole = text[bracket.Start..(end + 1)];
        if (bracket.HasBar)
            throw Unsupported(whole, "A1111's alternation is not supported", $"write one of its parts, or {AsText}");
        if (bracket.LastColon is { } colon && Number().IsMatch(text[(colon + 1)..end]))
            throw Unsupported(whole, "A1111's prompt editing is not supported",
                $"write one of its parts, or (a:1.3) for a weight, or {AsText}");
    }

    static SettingsException Unsupported(string what, string why, string todo) =>
        new($"the prompt has '{ParsedPrompt.Shortened(what)}': {why}; {todo}.");

    /// <summary>A bracket that is open while a prompt is read.</summary>
    sealed class Bracket(char kind, int start)
    {
        public char Kind { get; } = kind;

        public int Start { get; } = start;

        public bool HasBar { get; set; }

        public int? LastColon { get; set; }
    }

    [GeneratedRegex(@"<(\w+):[^<>]+>")]
    private static partial Regex ExtraNetwork();

    [GeneratedRegex(@"(?<!\\)\{[^{}]*\|[^{}]*\}")]
    private static partial Regex Choice();

    [GeneratedRegex(@"\bAND\b")]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*\z")]
    private static partial Regex Number();
}
