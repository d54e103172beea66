using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Text;

/// <summary>A word with a role (begin of text, end of text, unknown, padding), and its id.</summary>
readonly record struct SpecialWord(string Word, int Id);

/// <summary>
/// The contents of a tokenizer folder: <c>vocab.json</c>, <c>merges.txt</c>, <c>tokenizer_config.json</c>, and, if they exist,
/// <c>special_tokens_map.json</c> (its words override the configuration's) and <c>added_tokens.json</c>.
/// </summary>
sealed class TokenizerFiles
{
    const int MaxWordLength = 100_000;

    readonly string folder;

    /// <summary>Reads and checks all files.</summary>
    /// <exception cref="CheckpointException">A file is missing or malformed.</exception>
    public TokenizerFiles(string folder)
    {
        this.folder = folder;
        Vocabulary = ReadIds(FilePath("vocab.json"), firstId: 0);
        var added = FilePath("added_tokens.json");
        AddedWords = File.Exists(added) ? ReadIds(added, Vocabulary.Count) : [];
        Ranks = ReadMerges(FilePath("merges.txt"));

        using var config = CheckpointJson.Read(FilePath("tokenizer_config.json"));
        using var map = File.Exists(FilePath("special_tokens_map.json")) ? CheckpointJson.Read(FilePath("special_tokens_map.json")) : null;
        ModelMaxLength = ReadLength(config.RootElement);
        SpecialWord? Find(string role) => Special(role, map?.RootElement) ?? Special(role, config.RootElement);
        SpecialWord Required(string role) =>
            Find(role) ?? throw CheckpointJson.Malformed(FilePath("special_tokens_map.json"), $"it has no {role}");
        BeginOfText = Required("bos_token");
        EndOfText = Required("eos_token");
        Unknown = Find("unk_token") ?? EndOfText;
        Padding = Find("pad_token") ?? EndOfText;
    }

    /// <summary>Paths of the files that were read.</summary>
    public IReadOnlyList<string> Read =>
        [.. new[] { "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json" }.Select(FilePath)
        .Where(File.Exists)];

    /// <summary>Ids of the vocabulary's entries: from 0 on, without a gap.</summary>
    public Dictionary<string, int> Vocabulary { get; }

    /// <summary>Ids of whole words that the checkpoint's authors added: they follow those of the vocabulary.</summary>
    public Dictionary<string, int> AddedWords { get; }

    /// <summary>Ranks of byte pairs, in the order in which they were learned.</summary>
    public Dictionary<(string Left, string Right), int> Ranks { get; }

    /// <summary>Number of ids in every encoded prompt, 3 to 100,000.</summary>
    public int ModelMaxLength { get; }
    public SpecialWord BeginOfText { get; }
    public SpecialWord EndOfText { get; }
    public SpecialWord Unknown { get; }
    public SpecialWord Padding { get; }

    string FilePath(string name) => Path.Combine(folder, name);

    static Dictionary<string, int> ReadIds(string path, int firstId)
    {
        using var json = CheckpointJson.Read(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw CheckpointJson.Malformed(path, "it is not an object of words and ids");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name.Length == 0) throw CheckpointJson.Malformed(path, "it has an empty word");
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out var id))
                throw CheckpointJson.Malformed(path, $"the id of {Quoted(property.Name)} is not a whole number");
            if (!ids.TryAdd(property.Name, id)) throw CheckpointJson.Malformed(path, $"it has the word {Quoted(property.Name)} twice");
        }
        if (ids.Count == 0) throw CheckpointJson.Malformed(path, "it has no words");
        if (!ids.Values.Order().SequenceEqual(Enumerable.Range(firstId, ids.Count)))
            throw CheckpointJson.Malformed(path, $"its ids are not {firstId} to {firstId + ids.Count - 1}, each once");
        return ids;
    }

    static Dictionary<(string Left, string Right), int> ReadMerges(string path)
    {
        var ranks = new Dictionary<(string Left, string Right), int>();
        var number = 0;
        foreach (var line in CheckpointJson.ReadText(path).Split('\n'))
        {
            number++;
            var merge = line.Trim();
            if (merge.Length == 0 || number == 1 && merge.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (merge.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw CheckpointJson.Malformed(path, $"line {number} is not two symbols with a space between");
            ranks.TryAdd((left, right), ranks.Count);
        }
        return ranks;
    }

    int ReadLength(JsonElement config)
    {
        // Begin of text, end of text, and at least one token between them.
        if (config.ValueKind == JsonValueKind.Object && config.TryGetProperty("model_max_length", out var value) &&
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var length) && length is >= 3 and <= MaxWordLength)
            return length;
        throw CheckpointJson.Malformed(
            FilePath("tokenizer_config.json"), $"its model_max_length is not a whole number from 3 to {MaxWordLength}");
    }

    // The word of a role is a string, or an object with the string under "content".
    SpecialWord? Special(string role, JsonElement? file)
    {
        if (file is not { ValueKind: JsonValueKind.Object } words || !words.TryGetProperty(role, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content)) value = content;
        if (value.ValueKind == JsonValueKind.Null) return null;
        var word = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Vocabulary.TryGetValue(word, out var id) || AddedWords.TryGetValue(word, out id)) return new SpecialWord(word, id);
        throw CheckpointJson.Malformed(FilePath("special_tokens_map.json"), $"its {role} {Quoted(word)} is not in the vocabulary");
    }
}
