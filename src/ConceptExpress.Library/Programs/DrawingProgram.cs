namespace ConceptExpress.Library.Programs;

/// <summary>
/// A program that draws with embedding files: where it looks for them, and what people type there to use a word (docs/using-words.md).
/// </summary>
/// <param name="Id">Its name in settings: <c>a1111</c>, <c>comfyui</c>, ...</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Folder">
/// The folder in which it looks for embedding files and their pictures, relative to its own, with forward slashes; null if it has none.
/// </param>
/// <param name="Spelling">What a prompt says to use the word of the file <c>NAME.safetensors</c>.</param>
/// <param name="Hint">Sentences: what else to do before the word works, and what does not work.</param>
sealed record DrawingProgram(string Id, string Title, string? Folder, string Spelling, string Hint)
{
    /// <summary>SwarmUI.</summary>
    public static DrawingProgram SwarmUi { get; } = new("swarmui", "SwarmUI", "Models/Embeddings", "<embed:NAME>",
        "Refresh the list of embeddings. The name alone, or in angle brackets, is ordinary text there.");

    /// <summary>The programs, in the order in which they are shown.</summary>
    public static IReadOnlyList<DrawingProgram> All { get; } =
    [
        new("a1111", "AUTOMATIC1111", "embeddings", "NAME",
            "Press the refresh button of the tab Textual Inversion. Write no angle brackets.") { IsNamePlain = true },
        new("forge", "Forge", "embeddings", "NAME",
            "Press the refresh button of the tab Textual Inversion. Write no angle brackets.") { IsNamePlain = true },
        new("comfyui", "ComfyUI", "models/embeddings", "embedding:NAME",
            "A comma or a space must follow the name. In angle brackets, it is ordinary text there."),
        new("invokeai", "InvokeAI", null, "<NAME>",
            "Install the file first: Model Manager, Add Model, its path. Do not rename the model there, because its name is the word.")
        { TakesOnlySingleVectors = true },
        SwarmUi,
        new("diffusers", "diffusers", null, "<NAME>",
            "Load it first: pipe.load_textual_inversion(\"FOLDER/NAME.safetensors\"). Name the file, not only its folder."),
    ];

    /// <summary>Whether a word is its bare name, so that it also counts wherever a prompt has that text by chance.</summary>
    public bool IsNamePlain { get; private init; }

    /// <summary>Whether it reads the usual layout only if a word has one vector; others need the key <c>emb_params</c>.</summary>
    public bool TakesOnlySingleVectors { get; private init; }

    /// <summary>Returns the program with this <see cref="Id"/>; null if there is none.</summary>
    public static DrawingProgram? ById(string id) => All.FirstOrDefault(program => program.Id == id);

    /// <summary>Returns the spellings of a word for all programs, the programs of one spelling together.</summary>
    /// <param name="name">The base name of the word's file, such as <c>toybox-01-asset0</c>.</param>
    public static IReadOnlyList<(string Programs, string Spelling)> SpellingsOf(string name) =>
        [.. All.GroupBy(program => program.Spell(name), program => program.Title)
            .Select(group => (string.Join(", ", group), group.Key))];

    /// <summary>Returns the spellings of a word for all programs, in one line.</summary>
    /// <param name="name">The base name of the word's file.</param>
    public static string Spellings(string name) =>
        string.Join("; ", SpellingsOf(name).Select(each => $"{each.Spelling} ({each.Programs})"));

    /// <summary>Returns what a prompt says to use a word.</summary>
    /// <param name="name">The base name of the word's file.</param>
    public string Spell(string name) => Spelling.Replace("NAME", name, StringComparison.Ordinal);
}
