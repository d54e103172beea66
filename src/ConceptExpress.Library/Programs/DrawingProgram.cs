namespace ConceptExpress.Library.Programs;

/// <summary>A program that draws with embedding files: what people type there to use a word (docs/using-words.md).</summary>
/// <param name="Id">Its name in settings: <c>a1111</c>, <c>comfyui</c>, ...</param>
/// <param name="Title">Its name for people.</param>
sealed record DrawingProgram(string Id, string Title)
{
    readonly Func<string, string> spelling = name => name;

    /// <summary>The programs, in the order in which they are shown.</summary>
    public static IReadOnlyList<DrawingProgram> All { get; } =
    [
        new("a1111", "AUTOMATIC1111") { spelling = name => name },
        new("forge", "Forge") { spelling = name => name },
        new("comfyui", "ComfyUI") { spelling = name => $"embedding:{name}" },
        new("invokeai", "InvokeAI") { spelling = name => $"<{name}>" },
        new("swarmui", "SwarmUI") { spelling = name => $"<embed:{name}>" },
        new("diffusers", "diffusers") { spelling = name => $"<{name}>" },
    ];

    /// <summary>Returns what a prompt says to use a word.</summary>
    /// <param name="name">The base name of the word's file, such as <c>toybox-01-asset0</c>.</param>
    public string Spell(string name) => spelling(name);
}
