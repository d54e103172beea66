using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// A byte-pair vocabulary in CLIP's format: every byte alone and as the end of a word, merges that make each toybox word one token, and
/// the tokens for begin and end of text. The end token has the highest id, because CLIP models pool there. Other words are spelled
/// letter by letter.
/// </summary>
sealed class ToyVocabulary
{
    const string EndOfWord = "</w>", Begin = "<|startoftext|>", End = "<|endoftext|>", Padding = "!";

    readonly List<(string Left, string Right)> merges = [];
    readonly List<string> tokens = [];

    /// <param name="words">The words that become one token each: lower case, a to z.</param>
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

    /// <summary>Id of the begin-of-text token.</summary>
    public int BeginId => Size - 2;

    /// <summary>Id of the end-of-text token.</summary>
    public int EndId => Size - 1;

    /// <summary>Id of the padding token, which differs from the end-of-text token.</summary>
    public int PaddingId => tokens.IndexOf(Padding);

    /// <summary>Writes the files of a tokenizer folder.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="positions">Tokens per prompt, including begin and end.</param>
    public void Write(string folder, int positions)
    {
        var vocabulary = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        File.WriteAllText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString(Readable) + "\n");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n"
            + string.Concat(merges.Select(pair => $"{pair.Left} {pair.Right}\n")));
        var signs = new JsonObject { ["bos_token"] = Begin, ["eos_token"] = End, ["unk_token"] = End, ["pad_token"] = Padding };
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), signs.ToJsonString(Readable) + "\n");
        signs["tokenizer_class"] = "CLIPTokenizer";
        signs["model_max_length"] = positions;
        signs["do_lower_case"] = true;
        signs["add_prefix_space"] = false;
        signs["errors"] = "replace";
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), signs.ToJsonString(Readable) + "\n");
    }

    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    // Merges the most frequent pair until every word is one token; ties go to the first pair in ordinal order ("Neural Machine
    // Translation of Rare Words with Subword Units"). Encoding repeats the merges in this order, so each word becomes the same token.
    void Learn(IEnumerable<string> words)
    {
        var spelled = words.Select(word => word.Select((letter, i) => i == word.Length - 1 ? letter + EndOfWord : letter.ToString())
            .ToList()).ToList();
        while (true)
        {
            var pairs = spelled.SelectMany(parts => parts.Zip(parts.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => $"{group.Key.First} {group.Key.Second}", StringComparer.Ordinal)
                    .ToList();
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

    // CLIP's order of its first tokens: the visible bytes, then the other bytes, which get characters from U+0100 on.
    static IEnumerable<string> ByteLetters()
    {
        static bool Visible(int b) => b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
        var bytes = Enumerable.Range(0, 256).ToList();
        var hidden = bytes.Where(b => !Visible(b)).Select((_, i) => ((char)(0x100 + i)).ToString());
        return bytes.Where(Visible).Select(b => ((char)b).ToString()).Concat(hidden);
    }
}
