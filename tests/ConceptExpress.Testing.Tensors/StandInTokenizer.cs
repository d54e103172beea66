using System.Text.Json;

namespace ConceptExpress.Testing;

/// <summary>A tokenizer folder that knows a few words, each one token, at chosen ids; every other id is a word that no text has.</summary>
public sealed class StandInTokenizer
{
    /// <summary>From a word, in small letters of ASCII, to its id.</summary>
    public required Dictionary<string, int> Words { get; init; }

    public required int BeginOfText { get; init; }
    public required int EndOfText { get; init; }

    /// <summary>Not one of the others.</summary>
    public required int Padding { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Ids of a whole prompt.</summary>
    public required int Length { get; init; }

    public void Write(string folder)
    {
        var (begin, end, padding) = ("<|startoftext|>", "<|endoftext|>", "!");
        var known = Words.ToDictionary(word => word.Value, word => word.Key + "</w>");
        (known[BeginOfText], known[EndOfText], known[Padding]) = (begin, end, padding);
        var vocabulary = Enumerable.Range(0, VocabularySize).ToDictionary(id => known.GetValueOrDefault(id, $"\u00a4{id}"));

        void Write(string name, object contents) => File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(contents));
        Write("vocab.json", vocabulary);
        Write("tokenizer_config.json", new { model_max_length = Length });
        Write("special_tokens_map.json", new { bos_token = begin, eos_token = end, pad_token = padding });
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), Words.Keys.SelectMany(Merges));
    }

    // Letter by letter from the left: "p h", "ph o", "pho t", "phot o</w>".
    static IEnumerable<string> Merges(string word) =>
        Enumerable.Range(1, word.Length - 1).Select(i => $"{word[..i]} {word[i]}{(i == word.Length - 1 ? "</w>" : "")}");
}
