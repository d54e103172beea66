using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Text;

/// <summary>A word with a role (begin of text, end of text, unknown, padding), and its id.</summary>
readonly record struct SpecialWord(string Word, int Id);

/// <summary>
/// The contents of a tokenizer folder: <see cref="BytePairFile"/>, <c>tokenizer_config.json</c> and, if it exists,
/// <c>special_tokens_map.json</c>, whose words override the configuration's.
/// </summary>
sealed class TokenizerFiles
{
    const string ConfigName = "tokenizer_config.json", MapName = "special_tokens_map.json";
    const int MaxWordLength = 100_000;

    // CLIP's own, for folders that do not name them.
    static readonly Dictionary<string, string> ClipWords = new() { ["bos_token"] = "<|startoftext|>", ["eos_token"] = "<|endoftext|>" };

    readonly string folder;
    readonly BytePairFile pairs;

    /// <summary>Reads and checks all files.</summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <param name="positions">
    /// Number of ids in a prompt if the configuration sets no limit, or one beyond all sense, as newer files do.
    /// </param>
    /// <exception cref="CheckpointException">A file is missing or malformed.</exception>
    public TokenizerFiles(string folder, int positions = 77)
    {
        this.folder = folder;
        pairs = BytePairFile.Read(folder);
        using var config = CheckpointJson.Read(FilePath(ConfigName));
        using var map = File.Exists(FilePath(MapName)) ? CheckpointJson.Read(FilePath(MapName)) : null;
        ModelMaxLength = ReadLength(config.RootElement, positions);
        SpecialWord? Find(string role) => Special(role, map?.RootElement) ?? Special(role, config.RootElement) ?? Clip(role);
        SpecialWord Required(string role) => Find(role) ?? throw CheckpointJson.Malformed(FilePath(MapName), $"it has no {role}");
        BeginOfText = Required("bos_token");
        EndOfText = Required("eos_token");
        Unknown = Find("unk_token") ?? EndOfText;
        Padding = Find("pad_token") ?? EndOfText;
    }

    /// <summary>Paths of the files that were read.</summary>
    public IReadOnlyList<string> Read => [.. pairs.Files, .. new[] { ConfigName, MapName }.Select(FilePath).Where(File.Exists)];

    /// <inheritdoc cref="BytePairFile.Vocabulary"/>
    public Dictionary<string, int> Vocabulary => pairs.Vocabulary;

    /// <inheritdoc cref="BytePairFile.AddedWords"/>
    public Dictionary<string, int> AddedWords => pairs.AddedWords;

    /// <inheritdoc cref="BytePairFile.Ranks"/>
    public Dictionary<(string Left, string Right), int> Ranks => pairs.Ranks;

    /// <summary>Number of ids in every encoded prompt, 3 to 100,000.</summary>
    public int ModelMaxLength { get; }
    public SpecialWord BeginOfText { get; }
    public SpecialWord EndOfText { get; }
    public SpecialWord Unknown { get; }
    public SpecialWord Padding { get; }

    string FilePath(string name) => Path.Combine(folder, name);

    // Begin of text, end of text, and at least one token between them. "No limit" is written as 1e30, or not at all.
    int ReadLength(JsonElement config, int positions)
    {
        if (config.ValueKind == JsonValueKind.Object)
        {
            if (!config.TryGetProperty("model_max_length", out var value) || value.ValueKind == JsonValueKind.Null) return positions;
            if (value.ValueKind == JsonValueKind.Number && value.GetDouble() > MaxWordLength) return positions;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var length) && length >= 3) return length;
        }
        throw CheckpointJson.Malformed(FilePath(ConfigName), "its model_max_length is not a whole number of 3 or more");
    }

    SpecialWord? Clip(string role) =>
        ClipWords.TryGetValue(role, out var word) && Vocabulary.TryGetValue(word, out var id) ? new SpecialWord(word, id) : null;

    // The word of a role is a string, or an object with the string under "content".
    SpecialWord? Special(string role, JsonElement? file)
    {
        if (file is not { ValueKind: JsonValueKind.Object } words || !words.TryGetProperty(role, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content)) value = content;
        if (value.ValueKind == JsonValueKind.Null) return null;
        var word = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Vocabulary.TryGetValue(word, out var id) || AddedWords.TryGetValue(word, out id)) return new SpecialWord(word, id);
        throw CheckpointJson.Malformed(FilePath(MapName), $"its {role} {Quoted(word)} is not in the vocabulary");
    }
}
