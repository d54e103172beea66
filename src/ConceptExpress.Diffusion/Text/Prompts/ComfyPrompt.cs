namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>
/// Reads weights as ComfyUI does: <c>(a)</c> multiplies the weight around it by 1.1, <c>(a:1.3)</c> takes the place of it. Brackets that
/// have no partner are text.
/// </summary>
static class ComfyPrompt
{
    const double Up = 1.1;
    const int MaxDepth = 100;

    /// <summary>Returns the texts of a prompt with their weights, in order.</summary>
    /// <exception cref="SettingsException">More than 100 brackets are nested.</exception>
    public static IReadOnlyList<WeightedText> Parse(IReadOnlyList<PromptAtom> atoms)
    {
        var texts = new List<WeightedText>();
        Read(Unescaped(atoms), 1, 0, texts);
        return texts;
    }

    static List<PromptAtom> Unescaped(IReadOnlyList<PromptAtom> atoms)
    {
        var read = new List<PromptAtom>(atoms.Count);
        for (var i = 0; i < atoms.Count; i++)
            read.Add(atoms[i].Is('\\') && i + 1 < atoms.Count && atoms[i + 1].IsOneOf("()")
                ? new PromptAtom(atoms[++i].Text, IsLiteral: true)
                : atoms[i]);
        return read;
    }

    static void Read(List<PromptAtom> atoms, double weight, int depth, List<WeightedText> texts)
    {
        SettingsCheck.Rule(depth <= MaxDepth, $"the prompt has more than {MaxDepth} brackets inside each other; use fewer.");
        foreach (var group in Groups(atoms))
        {
            if (group is not [var first, .. var inside, var last] || !first.Is('(') || !last.Is(')'))
            {
                texts.Add(new WeightedText(PromptAtom.TextOf(group), weight));
                continue;
            }
            var colon = inside.FindLastIndex(atom => atom.Is(':'));
            if (colon > 0 && PromptAtom.NumberOf(inside[(colon + 1)..]) is { } given) Read(inside[..colon], given, depth + 1, texts);
            else Read(inside, weight * Up, depth + 1, texts);
        }
    }

    // Whole brackets, and the texts between them. After a closing bracket too many, the following ones are counted from below zero.
    static List<List<PromptAtom>> Groups(List<PromptAtom> atoms)
    {
        var (groups, nesting) = (new List<List<PromptAtom>> { new() }, 0);
        foreach (var atom in atoms)
        {
            if (atom.Is('(') && nesting++ == 0) groups.Add([]);
            groups[^1].Add(atom);
            if (atom.Is(')') && --nesting == 0) groups.Add([]);
        }
        return [.. groups.Where(group => group.Count > 0)];
    }
}
