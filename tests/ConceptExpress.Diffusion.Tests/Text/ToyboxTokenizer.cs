using System.Text.Json;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Text;

/// <summary>The tokenizer of the embedded checkpoint, which every test can have.</summary>
static class ToyboxTokenizer
{
    public static string Folder => Path.Combine(TestFolders.Toybox, "tokenizer");

    public static ClipTokenizer Load() => ClipTokenizer.Load(Folder);

    /// <summary>From a word, with its mark of an end, to its id.</summary>
    public static IReadOnlyDictionary<string, int> Vocabulary { get; } =
        JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(Path.Combine(Folder, "vocab.json")))!;

    /// <summary>English words that are one token each; which, depends on what the checkpoint was trained with.</summary>
    public static string[] Words(ClipTokenizer tokenizer) =>
    [
        .. Vocabulary.Keys.Where(word => word.EndsWith("</w>", StringComparison.Ordinal)).Select(word => word[..^"</w>".Length])
            .Where(word => word.Length > 2 && word.All(char.IsAsciiLetterLower) && tokenizer.Encode(word).Body().Length == 1)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The ids between begin and end of text.</summary>
    public static long[] Body(this TokenizedPrompt prompt) => prompt.Ids[1..prompt.EndOfText];
}
