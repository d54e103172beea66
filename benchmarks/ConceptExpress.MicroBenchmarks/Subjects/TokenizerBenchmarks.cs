using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Library.Models;

namespace ConceptExpress.MicroBenchmarks.Subjects;

/// <summary>
/// The tokenizer, with the vocabulary of the embedded checkpoint: of a prompt of 20 words, and of a text of 2,000 words, of which only the
/// first 38 tokens fit. All words have been seen before, as in learning, so their ids come from the tokenizer's cache
/// (<see cref="BytePairBenchmarks"/> measures new words). The floor splits the text at white space, and looks up the ids of as many words
/// as fit in a dictionary of whole words: the least that reads the whole text and gives ids.
/// </summary>
[Description("Tokenizer")]
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    const string Prompt = "a photo of a red dotted mushroom and a blue striped kite near a small white house on the green grass";
    const int PromptWords = 20;
    const string EndOfWord = "</w>";

    ClipTokenizer? tokenizer;
    Dictionary<string, int> wholeWords = [];
    string text = "";

    /// <summary>Number of words in the text.</summary>
    [Params(PromptWords, 2000)]
    public int Words { get; set; }

    /// <summary>Loads the tokenizer.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var folder = Path.Combine(EmbeddedModels.Find("toybox"), "tokenizer");
        tokenizer = ClipTokenizer.Load(folder);
        wholeWords = new TokenizerFiles(folder).Vocabulary.Where(entry => entry.Key.EndsWith(EndOfWord, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[..^EndOfWord.Length], entry => entry.Value, StringComparer.Ordinal);
        var words = Prompt.Split(' ');
        text = string.Join(' ', Enumerable.Range(0, Words).Select(i => words[i % words.Length]));
        if (tokenizer.Encode(text).WasCut != Words > PromptWords)
            throw new InvalidOperationException("of these texts, only the long one must be cut");
    }

    /// <summary>Floor.</summary>
    [Benchmark(Baseline = true, Description = "floor: split at spaces, look up the words that fit")]
    public long[] SplitAndLookUp()
    {
        var ids = new long[tokenizer!.ModelMaxLength];
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < Math.Min(words.Length, ids.Length - 2); i++)
            ids[i + 1] = wholeWords.GetValueOrDefault(words[i], tokenizer.EndOfTextId);
        return ids;
    }

    /// <summary>A text.</summary>
    [Benchmark(Description = "ClipTokenizer.Encode")]
    public long[] Encode() => tokenizer!.Encode(text).Ids;
}
