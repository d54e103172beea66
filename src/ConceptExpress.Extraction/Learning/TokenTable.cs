using ConceptExpress.Diffusion;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: V vocabulary, R = concepts * tokens per concept, E width

/// <summary>The rows that are learned, one per token: <c>&lt;asset0&gt;</c>, <c>&lt;asset1&gt;</c>, ... Token t belongs to concept t mod n.</summary>
public sealed class TokenTable : IDisposable
{
    TokenTable(Parameter rows, int concepts) => (Rows, Concepts) = (rows, concepts);

    /// <summary>(R,E) fp32, requires a gradient.</summary>
    public Parameter Rows { get; }

    public int Concepts { get; }

    /// <summary>The words of all rows, in order.</summary>
    public IEnumerable<string> Words => Enumerable.Range(0, (int)Rows.shape[0]).Select(ConceptWord.NameOf);

    /// <summary>Rows at their start.</summary>
    /// <param name="model">Whose vocabulary.</param>
    /// <param name="concepts">How many concepts.</param>
    /// <param name="settings">Tokens per concept, and how they start.</param>
    /// <param name="seed">Of what is drawn at random.</param>
    /// <param name="starts">(n,E) where each concept's tokens begin, or null for the same place for all.</param>
    /// <exception cref="SettingsException">There are more tokens than the vocabulary has words to copy.</exception>
    public static TokenTable Create(StableDiffusion model, int concepts, LearningSettings settings, long seed, Tensor? starts = null)
    {
        using var scope = NewDisposeScope();
        var count = concepts * settings.SplitTokens;
        // Rows beyond the tokenizer's words are padding of the table and mean nothing.
        var words = model.TextEncoder.Vocabulary.narrow(0, 0, model.Tokenizer.VocabularySize).to(float32);
        var rows = settings.Start switch
        {
            LateWords late => CopiesOfLateWords(words, count, Math.Max(late.Placeholders, count)),
            MeanWord mean => Around(words.mean([0], keepdim: true), words, settings.SplitTokens == 1 ? 0 : mean.Spread, count, seed),
            BestWords best => Around(starts!.repeat(settings.SplitTokens, 1), words, settings.SplitTokens == 1 ? 0 : best.Spread, count, seed),
            _ => RowsAtRandom(words, count, seed),
        };
        return new TokenTable(new Parameter(rows.clone().DetachFromDisposeScope(), requires_grad: true), concepts);
    }

    /// <summary>Rows from given values (R,E), for example recorded ones.</summary>
    public static TokenTable Of(Tensor rows, int concepts) => new(new Parameter(rows.clone().DetachFromDisposeScope(), requires_grad: true), concepts);

    /// <summary>The typical length of a vocabulary row: the median of the rows' norms.</summary>
    public static double TypicalLength(StableDiffusion model)
    {
        using var scope = NewDisposeScope();
        return model.TextEncoder.Vocabulary.narrow(0, 0, model.Tokenizer.VocabularySize).to(float32).norm(1).median().item<float>();
    }

    /// <summary>Writes into each concept's first row the mean of its rows; the others keep their values and are used no more.</summary>
    internal void MergeByMean()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var means = Rows.view(-1, Concepts, Rows.shape[1]).mean([0]);
        Rows.narrow(0, 0, Concepts).copy_(means);
    }

    // The published placeholders are copies of rows len-3N .. len-2N of the table extended by N, that is, of V-2N .. V-N.
    static Tensor CopiesOfLateWords(Tensor words, int count, int placeholders)
    {
        SettingsCheck.Rule(count <= words.shape[0],
            $"{count} tokens cannot begin as copies of late words: the vocabulary has {words.shape[0]}; take fewer concepts or learning.splitTokens.");
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

    public void Dispose() => Rows.Dispose();
}

/// <summary>The first phase: several tokens per concept, each with a prompt of its own.</summary>
public sealed record SplitTokens(TokenTable Table)
{
    /// <summary>Begins the second phase: each concept's token is the mean of its split tokens.</summary>
    public MergedTokens MergeByMean()
    {
        Table.MergeByMean();
        return new MergedTokens(Table);
    }
}

/// <summary>The second phase: one token per concept.</summary>
public sealed record MergedTokens(TokenTable Table)
{
    /// <summary>The learned embeddings, one array per concept.</summary>
    public IReadOnlyList<float[]> Embeddings()
    {
        using var scope = NewDisposeScope();
        var rows = Table.Rows.detach().cpu();
        return [.. Enumerable.Range(0, Table.Concepts).Select(i => rows[i].data<float>().ToArray())];
    }
}
