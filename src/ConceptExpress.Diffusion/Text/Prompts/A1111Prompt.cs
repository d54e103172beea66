using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>
/// Reads weights and <c>BREAK</c> as A1111 does: <c>(a)</c> multiplies by 1.1, <c>[a]</c> divides by 1.1, <c>(a:1.3)</c> multiplies by 1.3,
/// also where brackets are nested. A bracket that is never closed counts to the end; one that was never opened is text.
/// </summary>
static partial class A1111Prompt
{
    const double Up = 1.1, Down = 1 / 1.1;
    const string Brackets = "()[]", Escapable = @"()[]\";

    /// <summary>Returns the sections between the prompt's <c>BREAK</c>s.</summary>
    public static IReadOnlyList<IReadOnlyList<WeightedText>> Parse(IReadOnlyList<PromptAtom> atoms)
    {
        var (texts, round, square) = (new List<WeightedText?>(), new Stack<int>(), new Stack<int>()); // null is a BREAK
        for (var i = 0; i < atoms.Count; i++)
        {
            var atom = atoms[i];
            if (atom.Is('\\'))
            {
                if (i + 1 < atoms.Count && atoms[i + 1].IsOneOf(Escapable)) texts.Add(new WeightedText(atoms[++i].Text, 1));
            }
            else if (atom.Is('(')) round.Push(texts.Count);
            else if (atom.Is('[')) square.Push(texts.Count);
            else if (atom.Is(':') && round.Count > 0 && WeightAt(atoms, i) is var (weight, end))
            {
                Multiply(texts, round.Pop(), weight);
                i = end;
            }
            else if (atom.Is(')') && round.Count > 0) Multiply(texts, round.Pop(), Up);
            else if (atom.Is(']') && square.Count > 0) Multiply(texts, square.Pop(), Down);
            else if (atom.IsLiteral || atom.IsOneOf(Brackets) || atom.Is(':')) texts.Add(new WeightedText(atom.Text, 1));
            else
            {
                var run = atoms.Skip(i).TakeWhile(next => !next.IsLiteral && !next.IsOneOf(@"()[]\:")).ToList();
                AddRun(texts, PromptAtom.TextOf(run));
                i += run.Count - 1;
            }
        }
        foreach (var start in round) Multiply(texts, start, Up);
        foreach (var start in square) Multiply(texts, start, Down);
        return Sections(texts);
    }

    static void AddRun(List<WeightedText?> texts, string run)
    {
        foreach (var (i, part) in Break().Split(run).Index())
        {
            if (i > 0) texts.Add(null);
            texts.Add(new WeightedText(part, 1));
        }
    }

    // ":1.3)" with space around the number: the number, and where the bracket is.
    static (double Weight, int End)? WeightAt(IReadOnlyList<PromptAtom> atoms, int colon)
    {
        var inside = atoms.Skip(colon + 1).TakeWhile(atom => !atom.IsLiteral && !atom.IsOneOf(@"()[]\:")).ToList();
        var end = colon + 1 + inside.Count;
        return end < atoms.Count && atoms[end].Is(')') && Number().IsMatch(PromptAtom.TextOf(inside))
            && PromptAtom.NumberOf(inside) is { } weight ? (weight, end) : null;
    }

    static void Multiply(List<WeightedText?> texts, int start, double by)
    {
        for (var i = start; i < texts.Count; i++)
            if (texts[i] is var (text, weight)) texts[i] = new WeightedText(text, weight * by);
    }

    // Neighbours of one weight become one text, because byte pairs are merged across them.
    static List<List<WeightedText>> Sections(List<WeightedText?> texts)
    {
        List<List<WeightedText>> sections = [[]];
        foreach (var each in texts)
        {
            if (each is not var (text, weight)) sections.Add([]);
            else if (sections[^1] is [.., var last] && last.Weight == weight) sections[^1][^1] = last with { Text = last.Text + text };
            else sections[^1].Add(new WeightedText(text, weight));
        }
        return sections;
    }

    [GeneratedRegex(@"\s*\bBREAK\b\s*")]
    private static partial Regex Break();

    [GeneratedRegex(@"^\s*[+-]?[.0-9]+\s*\z")]
    private static partial Regex Number();
}
