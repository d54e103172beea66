using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// A byte-pair vocabulary in CLIP's form: every byte alone and as a word's end, merges that make each word of the world one token, and the
/// two signs of begin and end, the end having the highest id (readers pool there). Other words are spelled in letters.
/// </summary>
sealed class ToyVocabulary
{
    const string EndOfWord = "</w>", Begin = "<|startoftext|>", End = "<|endoftext|>", Padding = "!";

    readonly List<(string Left, string Right)> merges = [];
    readonly List<string> tokens = [];

    /// <param name="words">Lower-case words of a to z.</param>
    public ToyVocabulary(IEnumerable<string> words)
    {
        var letters = ByteLetters().ToList();
        tokens.AddRange(letters);
        tokens.AddRange(letters.Select(letter => letter + EndOfWord));
        Learn(words.Distinct().Order(StringComparer.Ordinal));
        tokens.Add(Begin);
        tokens.Add(End);
    }

    /// <summary>Number of tokens.</summary>
    public int Size => tokens.Count;

    public int BeginId => Size - 2;
    public int EndId => Size - 1;
    public int PaddingId => tokens.IndexOf(Padding);

    /// <summary>Writes a tokenizer folder.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="positions">Tokens in a prompt, begin and end included.</param>
    public void Write(string folder, int positions)
    {
        var vocabulary = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        File.WriteAllText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString(Readable) + "\n");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Concat(merges.Select(pair => $"{pair.Left} {pair.Right}\n")));
        var signs = new JsonObject { ["bos_token"] = Begin, ["eos_token"] = End, ["unk_token"] = End, ["pad_token"] = Padding };
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), signs.ToJsonString(Readable) + "\n");
        signs["tokenizer_class"] = "CLIPTokenizer";
        signs["model_max_length"] = positions;
        signs["do_lower_case"] = true;
        signs["add_prefix_space"] = false;
        signs["errors"] = "replace";
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), signs.ToJsonString(Readable) + "\n");
    }

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The most frequent pair is merged until every word is whole; a tie goes to the first in the alphabet ("Neural Machine Translation of
    // Rare Words with Subword Units"). Encoding replays the merges, so that each word ends as the token it ended as here.
    void Learn(IEnumerable<string> words)
    {
        var spelled = words.Select(word => word.Select((letter, i) => i == word.Length - 1 ? letter + EndOfWord : letter.ToString()).ToList()).ToList();
        while (true)
        {
            var pairs = spelled.SelectMany(parts => parts.Zip(parts.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => $"{group.Key.First} {group.Key.Second}", StringComparer.Ordinal).ToList();
            if (pairs.Count == 0) return;
            var (left, right) = pairs[0].Key;
            merges.Add((left, right));
            if (!tokens.Contains(left + right)) tokens.Add(left + right);
            foreach (var parts in spelled)
                for (var i = 0; i + 1 < parts.Count; i++)
                {
                    if (parts[i] != left || parts[i + 1] != right) continue;
                    parts[i] += parts[i + 1];
                    parts.RemoveAt(i + 1);
                }
        }
    }

    // CLIP's order of its first tokens: the visible bytes, then the others under letters of their own.
    static IEnumerable<string> ByteLetters()
    {
        static bool Visible(int b) => b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
        var bytes = Enumerable.Range(0, 256).ToList();
        var hidden = bytes.Where(b => !Visible(b)).Select((_, i) => ((char)(0x100 + i)).ToString());
        return bytes.Where(Visible).Select(b => ((char)b).ToString()).Concat(hidden);
    }
}
