using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, M text positions, W words in one position, E width, V vocabulary

/// <summary>What is said of a scene in training: mostly its caption, sometimes less, sometimes with toys pressed into one token.</summary>
/// <remarks>
/// A toy pressed into one token stands there as the sum of its words' embeddings, without an article, as a concept's word does later:
/// "a photo of X and a blue kite". So the model knows what to make of a token that is no word.
/// </remarks>
sealed class CaptionWriter(ClipTokenizer tokenizer)
{
    const int LargestToken = 3;
    const long OneInEmpty = 10, OneInNoBackground = 5, OneInPartial = 8, OneInPressed = 3;

    readonly Dictionary<string, long> ids = ToyWords.All.ToDictionary(word => word, word => Single(tokenizer, word));

    /// <summary>Writes a caption.</summary>
    /// <param name="scene">What is to be seen.</param>
    /// <param name="random">Decides what is left out.</param>
    public Caption Write(Scene scene, RandomStream random)
    {
        if (random.Integer(OneInEmpty) == 0) return Lay([]);
        List<string[]> tokens = [["a"], ["photo"], ["of"]];
        var partial = random.Integer(OneInPartial) == 0;
        var first = true;
        foreach (var toy in scene.Toys)
        {
            if (!first) tokens.Add(["and"]);
            first = false;
            var words = Words(toy, partial ? random : null);
            if (random.Integer(OneInPressed) == 0) tokens.Add(words);
            else
            {
                tokens.Add(["a"]);
                tokens.AddRange(words.Select(word => new[] { word }));
            }
        }
        if (random.Integer(OneInNoBackground) != 0) tokens.AddRange([["on"], [scene.Background]]);
        return Lay(tokens);
    }

    /// <summary>The full caption, word by word.</summary>
    public Caption Whole(Scene scene) => Lay(scene.Caption.Split(' ').Select(word => new[] { word }));

    static string[] Words(Toy toy, RandomStream? forget)
    {
        var words = new List<string> { toy.Color };
        if (toy.Pattern != "plain") words.Add(toy.Pattern);
        words.Add(toy.Category);
        if (forget is not null && words.Count > 1) words.RemoveAt((int)forget.Integer(words.Count));
        return [.. words];
    }

    Caption Lay(IEnumerable<string[]> tokens)
    {
        var caption = new Caption(new long[tokenizer.ModelMaxLength * LargestToken], new float[tokenizer.ModelMaxLength * LargestToken]);
        var place = 0;
        void Put(params ReadOnlySpan<long> words)
        {
            for (var i = 0; i < words.Length; i++) (caption.Ids[place * LargestToken + i], caption.Weights[place * LargestToken + i]) = (words[i], 1);
            place++;
        }
        Put(tokenizer.BeginOfTextId);
        foreach (var words in tokens.Take(tokenizer.ModelMaxLength - 2)) Put([.. words.Select(word => ids[word])]);
        Put(tokenizer.EndOfTextId);
        while (place < tokenizer.ModelMaxLength) Put(tokenizer.PaddingId);
        return caption;
    }

    /// <summary>The embeddings of captions, without positions, with a graph to the vocabulary.</summary>
    /// <param name="captions">B captions.</param>
    /// <param name="vocabulary">(V,E).</param>
    /// <returns>(B,M,E).</returns>
    public static Tensor Embed(IReadOnlyList<Caption> captions, Tensor vocabulary)
    {
        using var scope = NewDisposeScope();
        var words = vocabulary.index_select(0, tensor(captions.SelectMany(caption => caption.Ids).ToArray(), device: vocabulary.device));
        var weights = tensor(captions.SelectMany(caption => caption.Weights).ToArray(), device: vocabulary.device).unsqueeze(1);
        var positions = captions[0].Ids.Length / LargestToken;
        return (words * weights).view(captions.Count, positions, LargestToken, -1).sum(2).MoveToOuterDisposeScope();
    }

    static long Single(ClipTokenizer tokenizer, string word) => tokenizer.Encode(word) is { EndOfText: 2 } prompt ? prompt.Ids[1]
        : throw new ArgumentException($"The word '{word}' is not one token.", nameof(tokenizer));
}

/// <summary>A tokenized caption whose positions may hold several words each.</summary>
/// <param name="Ids">(M*W) token ids.</param>
/// <param name="Weights">(M*W) 1 where there is a word, 0 elsewhere.</param>
sealed record Caption(long[] Ids, float[] Weights);
