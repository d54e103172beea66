using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Vocabulary and merges of a tokenizer folder: <c>vocab.json</c>, <c>merges.txt</c> and, if it exists, <c>added_tokens.json</c>; or, if
/// there
/// is no <c>vocab.json</c>, <c>tokenizer.json</c>, which holds all three.
/// </summary>
/// <param name="Vocabulary">Ids of the vocabulary's entries: from 0 on, without a gap.</param>
/// <param name="AddedWords">Ids of whole words that the checkpoint's authors added; they follow those of the vocabulary.</param>
/// <param name="Ranks">Ranks of byte pairs, in the order in which they were learned.</param>
/// <param name="Files">Paths of the files that were read.</param>
sealed record BytePairFile(Dictionary<string, int> Vocabulary, Dictionary<string, int> AddedWords,
    Dictionary<(string Left, string Right), int> Ranks, IReadOnlyList<string> Files)
{
    const string Vocab = "vocab.json", Merges = "merges.txt", Added = "added_tokens.json", Whole = "tokenizer.json";

    /// <summary>Reads and checks the files.</summary>
    /// <exception cref="CheckpointException">A file is missing or malformed, or the tokenizer is not CLIP's.</exception>
    public static BytePairFile Read(string folder)
    {
        var (vocab, whole) = (Path.Combine(folder, Vocab), Path.Combine(folder, Whole));
        if (File.Exists(vocab)) return FromParts(folder);
        if (File.Exists(Path.Combine(folder, "spiece.model")))
            throw new CheckpointException($"{folder} is the tokenizer of T5, another text encoder; "
                + "this program reads checkpoints with CLIP text encoders (Stable Diffusion 1.x and 2.x).");
        return File.Exists(whole) ? FromWhole(whole) : FromParts(folder);
    }

    static BytePairFile FromParts(string folder)
    {
        var (vocab, merges, added) = (Path.Combine(folder, Vocab), Path.Combine(folder, Merges), Path.Combine(folder, Added));
        using var entries = CheckpointJson.Read(vocab);
        var vocabulary = Ids(vocab, entries.RootElement);
        RequireFull(vocab, vocabulary);
        var read = new List<string> { vocab, merges };
        Dictionary<string, int> words = [];
        if (File.Exists(added))
        {
            using var json = CheckpointJson.Read(added);
            words = NewWords(added, vocabulary, Ids(added, json.RootElement));
            read.Add(added);
        }
        return new BytePairFile(vocabulary, words, RanksOf(Lines(merges)), read);
    }

    static BytePairFile FromWhole(string path)
    {
        using var json = CheckpointJson.Read(path);
        if (json.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("model", out var model)
            || model.ValueKind != JsonValueKind.Object)
            throw CheckpointJson.Malformed(path, "it has no object 'model'");
        if (model.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() != "BPE")
            throw new CheckpointException($"{path} is a tokenizer of type {Quoted(type.GetString()!)}, but CLIP's are of type BPE; "
                + "use a checkpoint with CLIP text encoders (Stable Diffusion 1.x or 2.x).");
        if (!model.TryGetProperty("vocab", out var vocab) || !model.TryGetProperty("merges", out var merges)
            || merges.ValueKind != JsonValueKind.Array)
            throw CheckpointJson.Malformed(path, "its model has no 'vocab' and 'merges'");
        var vocabulary = Ids(path, vocab);
        RequireFull(path, vocabulary);
        var words = root.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array
            ? NewWords(path, vocabulary, AddedIds(path, added))
            : [];
        return new BytePairFile(vocabulary, words, RanksOf(merges.EnumerateArray().Index().Select(merge => Pair(path, merge))), [path]);
    }

    static Dictionary<string, int> Ids(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw CheckpointJson.Malformed(path, "it is not an object of words and ids");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject()) Add(path, ids, property.Name, property.Value);
        return ids;
    }

    static Dictionary<string, int> AddedIds(string path, JsonElement list)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in list.EnumerateArray())
        {
            if (word.ValueKind != JsonValueKind.Object || !word.TryGetProperty("content", out var content)
                || content.ValueKind != JsonValueKind.String || !word.TryGetProperty("id", out var id))
                throw CheckpointJson.Malformed(path, "an added token has no 'content' or no 'id'");
            Add(path, ids, content.GetString()!, id);
        }
        return ids;
    }

    static void Add(string path, Dictionary<string, int> ids, string word, JsonElement value)
    {
        if (word.Length == 0) throw CheckpointJson.Malformed(path, "it has an empty word");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id))
            throw CheckpointJson.Malformed(path, $"the id of {Quoted(word)} is not a whole number");
        if (!ids.TryAdd(word, id)) throw CheckpointJson.Malformed(path, $"it has the word {Quoted(word)} twice");
    }

    static void RequireFull(string path, Dictionary<string, int> ids)
    {
        if (ids.Count == 0) throw CheckpointJson.Malformed(path, "it has no words");
        RequireRange(path, ids, 0);
    }

    static void RequireRange(string path, Dictionary<string, int> ids, int first)
    {
        if (!ids.Values.Order().SequenceEqual(Enumerable.Range(first, ids.Count)))
            throw CheckpointJson.Malformed(path, $"its ids are not {first} to {first + ids.Count - 1}, each once");
    }

    // Lists of added words often repeat words of the vocabulary, such as its special ones. With the same id they add nothing.
    static Dictionary<string, int> NewWords(string path, Dictionary<string, int> vocabulary, Dictionary<string, int> added)
    {
        foreach (var (word, id) in added)
            if (vocabulary.TryGetValue(word, out var known) && known != id)
                throw CheckpointJson.Malformed(path, $"the id of {Quoted(word)} is {id}, but {known} in the vocabulary");
        var words = added.Where(word => !vocabulary.ContainsKey(word.Key)).ToDictionary(StringComparer.Ordinal);
        RequireRange(path, words, vocabulary.Count);
        return words;
    }

    static IEnumerable<(string Left, string Right)> Lines(string path)
    {
        foreach (var (index, line) in CheckpointJson.ReadText(path).Split('\n').Index())
        {
            var merge = line.Trim();
            if (merge.Length == 0 || index == 0 && merge.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (merge.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw CheckpointJson.Malformed(path, $"line {index + 1} is not two symbols with a space between");
            yield return (left, right);
        }
    }

    // "left right" in older files, ["left", "right"] in newer ones.
    static (string Left, string Right) Pair(string path, (int Index, JsonElement Item) merge)
    {
        string[] symbols = merge.Item switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!.Split(' '),
            { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(symbol => symbol.ValueKind == JsonValueKind.String) =>
                [.. list.EnumerateArray().Select(symbol => symbol.GetString()!)],
            _ => [],
        };
        return symbols is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw CheckpointJson.Malformed(path, $"merge {merge.Index + 1} is not two symbols");
    }

    static Dictionary<(string Left, string Right), int> RanksOf(IEnumerable<(string Left, string Right)> merges)
    {
        var ranks = new Dictionary<(string Left, string Right), int>();
        foreach (var merge in merges) ranks.TryAdd(merge, ranks.Count);
        return ranks;
    }
}
