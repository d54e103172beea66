using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Library.Models;

namespace ConceptExpress.MicroBenchmarks.Subjects;

/// <summary>
/// The ids of one word that the tokenizer has not seen before, with the byte pairs of the embedded checkpoint. Both words are too long for
/// its cache. The floor looks up the rank of every pair of neighboring letters once: which pair is merged first depends on all of them.
/// </summary>
[Description("Tokenizer: a new word")]
[MemoryDiagnoser]
public class BytePairBenchmarks
{
    const string Compound = "reddottedmushroomandbluestripedkitenearasmallwhitehouseonthegreengrass";
    const string EndOfWord = "</w>";

    IReadOnlyDictionary<(string, string), int> ranks = new Dictionary<(string, string), int>();
    BytePairEncoder? encoder;
    string[] letters = [];
    string word = "";

    /// <summary>Number of letters in the word.</summary>
    [Params(70, 2000)]
    public int Letters { get; set; }

    /// <summary>Loads the byte pairs, and makes the word of compounds.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var files = new TokenizerFiles(Path.Combine(EmbeddedModels.Find("toybox"), "tokenizer"));
        (ranks, encoder) = (files.Ranks, new BytePairEncoder(files.Vocabulary, files.Ranks, files.Unknown.Id));
        word = string.Concat(Enumerable.Range(0, Letters).Select(i => Compound[i % Compound.Length]));
        letters = [.. word.Select(letter => letter.ToString())];
        letters[^1] += EndOfWord;
        if (BytePairs() >= Letters) throw new InvalidOperationException("the vocabulary must have some of the word's pairs");
    }

    /// <summary>Floor.</summary>
    [Benchmark(Baseline = true, Description = "floor: look up each pair of letters")]
    public int LookUpPairs()
    {
        var first = int.MaxValue;
        for (var i = 1; i < letters.Length; i++)
            if (ranks.TryGetValue((letters[i - 1], letters[i]), out var rank)) first = Math.Min(first, rank);
        return first;
    }

    /// <summary>The ids of the word.</summary>
    [Benchmark(Description = "BytePairEncoder.Encode")]
    public int BytePairs() => encoder!.Encode(word).Count;
}
