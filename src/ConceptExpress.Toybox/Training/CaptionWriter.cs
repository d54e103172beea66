using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, M text positions, W words in one position, E embedding width, V vocabulary size

/// <summary>
/// Writes training captions: usually a scene's full caption, sometimes a shorter one, sometimes with a toy squeezed into one text position.
/// </summary>
/// <remarks>
/// A squeezed toy is the sum of its words' embeddings at one position, without an article: "a photo of X and a blue kite". Learned words of
/// concepts look the same later, so the model learns to read an embedding that is not in the vocabulary.
/// </remarks>
/// <param name="tokenizer">The tokenizer; each word of <see cref="ToyWords.All"/> must be one token.</param>
/// <param name="counts">
/// Whether toys of the same words are counted ("two red balls"), and half of the pairs that stand side by side are joined by "beside". The
/// plurals must then be one token each.
/// </param>
sealed class CaptionWriter(ClipTokenizer tokenizer, bool counts = false)
{
    const int MaxPressedWords = 3;
    const long OneInEmpty = 10, OneInNoBackground = 5, OneInPartial = 8, OneInPressed = 3;

    static readonly string[] Numbers = ["", "a", "two", "three", "four", "five"];

    readonly Dictionary<string, long> ids = ToyWords.All.Concat(counts ? ToyWords.Plurals : []).Distinct()
        .ToDictionary(word => word, word => Single(tokenizer, word));

    /// <summary>Whether each of these words is one token.</summary>
    public static bool Knows(ClipTokenizer tokenizer, IEnumerable<string> words) =>
        words.All(word => tokenizer.Encode(word).EndOfText == 2);

    /// <summary>Writes a random caption.</summary>
    /// <param name="scene">The scene to describe.</param>
    /// <param name="random">Decides which words are left out and which toys are squeezed into one position.</param>
    public Caption Write(Scene scene, RandomStream random)
    {
        if (random.Integer(OneInEmpty) == 0) return Lay([]);
        List<string[]> tokens = [["a"], ["photo"], ["of"]];
        var partial = random.Integer(OneInPartial) == 0;
        var groups = Groups(scene.Toys);
        var joint = AreSideBySide(groups) && random.Integer(2) == 0 ? "beside" : "and";
        for (var i = 0; i < groups.Count; i++)
        {
            if (i > 0) tokens.Add([joint]);
            var words = Words(groups[i][0], partial ? random : null);
            var pressed = random.Integer(OneInPressed) == 0;
            var count = groups[i].Count;
            if (!pressed || count > 1) tokens.Add([Numbers[count]]);
            if (pressed) tokens.Add(words);
            else tokens.AddRange(words.Select(word => new[] { count > 1 && word == groups[i][0].Category ? ToyWords.Plural(word) : word }));
        }
        if (random.Integer(OneInNoBackground) != 0) tokens.AddRange([["on"], [scene.Background]]);
        return Lay(tokens);
    }

    /// <summary>The full caption, with one word per position.</summary>
    public Caption Whole(Scene scene) => Lay(scene.Caption.Split(' ').Select(word => new[] { word }));

    // Toys that are named together.
    List<List<Toy>> Groups(IReadOnlyList<Toy> toys) => counts
        ? [.. toys.GroupBy(toy => (toy.Category, toy.Color, toy.Pattern)).Select(alike => alike.ToList())]
        : [.. toys.Select(toy => new List<Toy> { toy })];

    // Two toys, of which one is not much higher than the other.
    bool AreSideBySide(List<List<Toy>> groups) =>
        counts && groups is [[var one], [var other]] && 2 * Math.Abs(one.Y - other.Y) <= Math.Abs(one.X - other.X);

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
        var caption = new Caption(new long[tokenizer.ModelMaxLength * MaxPressedWords],
            new float[tokenizer.ModelMaxLength * MaxPressedWords]);
        var place = 0;
        void Put(params ReadOnlySpan<long> words)
        {
            for (var i = 0; i < words.Length; i++)
                (caption.Ids[place * MaxPressedWords + i], caption.Weights[place * MaxPressedWords + i]) = (words[i], 1);
            place++;
        }
        Put(tokenizer.BeginOfTextId);
        foreach (var words in tokens.Take(tokenizer.ModelMaxLength - 2)) Put([.. words.Select(word => ids[word])]);
        Put(tokenizer.EndOfTextId);
        while (place < tokenizer.ModelMaxLength) Put(tokenizer.PaddingId);
        return caption;
    }

    /// <summary>Token embeddings of captions, without position embeddings. Gradients flow to the vocabulary.</summary>
    /// <param name="captions">B captions.</param>
    /// <param name="vocabulary">(V,E) token embedding table.</param>
    /// <returns>(B,M,E): at each position the sum of its words.</returns>
    public static Tensor Embed(IReadOnlyList<Caption> captions, Tensor vocabulary)
    {
        using var scope = NewDisposeScope();
        var words = vocabulary.index_select(0, tensor(captions.SelectMany(caption => caption.Ids).ToArray(), device: vocabulary.device));
        var weights = tensor(captions.SelectMany(caption => caption.Weights).ToArray(), device: vocabulary.device).unsqueeze(1);
        var positions = captions[0].Ids.Length / MaxPressedWords;
        return (words * weights).view(captions.Count, positions, MaxPressedWords, -1).sum(2).MoveToOuterDisposeScope();
    }

    static long Single(ClipTokenizer tokenizer, string word) => tokenizer.Encode(word) is { EndOfText: 2 } prompt
        ? prompt.Ids[1]
        : throw new ArgumentException($"The word '{word}' is not one token.", nameof(tokenizer));
}

/// <summary>A tokenized caption in which a position may hold several words.</summary>
/// <param name="Ids">(M*W) token ids, position by position.</param>
/// <param name="Weights">(M*W) 1 for a word, 0 for an unused place.</param>
sealed record Caption(long[] Ids, float[] Weights);
