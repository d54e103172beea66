using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: V vocabulary, n concepts, T = n * tokens per concept, D vectors per token, R = T*D rows, E width

/// <summary>Makes the first values of the tokens' rows.</summary>
static class TokenTable
{
    /// <summary>Makes the state of learning before the first pass.</summary>
    /// <param name="model">The checkpoint, whose vocabulary is used.</param>
    /// <param name="concepts">Number of concepts n, 1 or more.</param>
    /// <param name="settings">Tokens per concept, vectors per token, and how they start.</param>
    /// <param name="seed">Seed of random rows and noise.</param>
    /// <param name="starts">One start vector (E) per concept for <see cref="BestWords"/>; not used for other starts.</param>
    /// <exception cref="SettingsException">
    /// The start is <see cref="LateWords"/>, and there are more rows than the vocabulary has.
    /// </exception>
    public static SplitState Begin(StableDiffusion model, int concepts, LearningSettings settings, long seed, IReadOnlyList<float[]> starts)
    {
        using var scope = NewDisposeScope();
        var (tokens, vectors) = (concepts * settings.SplitTokens, settings.Vectors);
        var words = model.WordVectors.to(float32);
        // A little noise makes rows different that would otherwise start alike.
        double Unless(bool alone, double spread) => alone ? 0 : spread;
        var single = settings.SplitTokens == 1 && vectors == 1;
        var rows = settings.Start switch
        {
            LateWords late => CopiesOfLateWords(words, tokens * vectors, Math.Max(late.Placeholders, tokens * vectors)),
            MeanWord mean => Around(words.mean([0], keepdim: true), words, Unless(single, mean.Spread), tokens * vectors, seed),
            BestWords best => Around(Repeated(starts, settings, model.Device), words, Unless(single, best.Spread), tokens * vectors, seed),
            _ => RowsAtRandom(words, tokens * vectors, seed),
        };
        var values = rows.cpu().contiguous().data<float>().ToArray();
        return new SplitState
        {
            Concepts = concepts,
            Vectors = vectors,
            SplitTokens = settings.SplitTokens,
            Rows = values,
            First = new float[values.Length],
            Second = new float[values.Length],
        };
    }

    /// <summary>Returns the typical length of a vocabulary row: the median of the rows' norms.</summary>
    public static double TypicalLength(StableDiffusion model)
    {
        using var scope = NewDisposeScope();
        return model.WordVectors.to(float32).norm(1).median().item<float>();
    }

    // (R,E): the starts in order of the concepts, each once per vector; all of this once per split token.
    static Tensor Repeated(IReadOnlyList<float[]> starts, LearningSettings settings, Device device) =>
        tensor([.. starts.SelectMany(start => start)], device: device).view(starts.Count, -1)
            .repeat_interleave(settings.Vectors, 0).repeat(settings.SplitTokens, 1);

    // Published placeholders are copies of rows len-3N .. len-2N of the table with N added rows: rows V-2N .. V-N of the vocabulary.
    static Tensor CopiesOfLateWords(Tensor words, int count, int placeholders)
    {
        SettingsCheck.Rule(count <= words.shape[0],
            $"{count} rows cannot start as copies of vocabulary rows, because the vocabulary has only {words.shape[0]}; use fewer "
                + "concepts, or lower learning.splitTokens or learning.vectors.");
        return words.narrow(0, Math.Clamp(words.shape[0] - 2 * placeholders, 0, words.shape[0] - count), count);
    }

    internal static Tensor RowsAtRandom(Tensor words, int count, long seed)
    {
        using var random = new RandomStream(seed, "token start");
        return words.mean([0], keepdim: true) + words.std(0, keepdim: true) * random.Normal([count, words.shape[1]], words.device);
    }

    static Tensor Around(Tensor starts, Tensor words, double spread, int count, long seed)
    {
        var width = words.shape[1];
        if (spread == 0) return starts.expand(count, width);
        using var random = new RandomStream(seed, "token start");
        return starts + random.Normal([count, width], words.device) * (words.norm(1).median() * (spread / Math.Sqrt(width)));
    }
}
