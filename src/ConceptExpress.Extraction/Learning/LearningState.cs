using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction.Learning;

// Shapes: n concepts, T tokens (one or several per concept), D vectors per token, E width, R = T*D rows

/// <summary>
/// The state of learning after a pass. It is a plain value that is never changed. Together with picture, masks, settings and seed, it is
/// everything that the next pass needs. Token t belongs to concept t mod n; its vectors are rows t*D to t*D + D-1.
/// </summary>
public abstract record LearningState
{
    /// <summary>Number of concepts n, 1 or more.</summary>
    public required int Concepts { get; init; }

    /// <summary>Vectors per token D, 1 or more.</summary>
    public required int Vectors { get; init; }

    /// <summary>
    /// (R,E) the tokens' vectors, row by row. R is <see cref="Tokens"/> times <see cref="Vectors"/>, E is <see cref="Width"/>.
    /// </summary>
    public required float[] Rows { get; init; }

    /// <summary>(R,E) the optimizer's running mean of the gradient; zeros before the first pass.</summary>
    public required float[] First { get; init; }

    /// <summary>(R,E) the optimizer's running mean of the squared gradient; zeros before the first pass.</summary>
    public required float[] Second { get; init; }

    /// <summary>Number of passes done, 0 or more.</summary>
    /// <value>The default is 0.</value>
    public int Pass { get; init; }

    /// <summary>Number of optimizer steps done, 0 or more.</summary>
    /// <value>The default is 0.</value>
    public int Step { get; init; }

    /// <summary>Mean losses of the last pass; null before the first pass.</summary>
    /// <value>The default is null.</value>
    public LossValues? Losses { get; init; }

    /// <summary>Number of tokens of each concept, 1 or more.</summary>
    public abstract int TokensPerConcept { get; }

    /// <summary>Number of tokens T of all concepts.</summary>
    public int Tokens => Concepts * TokensPerConcept;

    /// <summary>Number of values E of a vector.</summary>
    public int Width => Rows.Length / (Tokens * Vectors);

    /// <summary>Returns the words. In the first phase, a word is the mean of its concept's tokens.</summary>
    /// <returns>One word per concept, in their order: (D,E), an array of D vectors of E values.</returns>
    public abstract IReadOnlyList<float[][]> Words();

    private protected IReadOnlyList<float[][]> WordsIn(float[] rows) =>
        [.. rows.Chunk(Width).Chunk(Vectors).Take(Concepts)];
}

/// <summary>A state of the first phase: one or several tokens per concept, each with its own prompt.</summary>
public sealed record SplitState : LearningState
{
    /// <summary>Number of split tokens of each concept, 1 or more.</summary>
    public required int SplitTokens { get; init; }

    /// <inheritdoc/>
    public override int TokensPerConcept => SplitTokens;

    /// <inheritdoc/>
    public override IReadOnlyList<float[][]> Words() => WordsIn(Means());

    /// <summary>
    /// Starts the second phase. Each concept's token is the mean of its split tokens, and keeps the moments of the first of them
    /// (published semantics 17 and 18).
    /// </summary>
    /// <returns>A new state, with the same numbers of passes and steps done.</returns>
    public MergedState MergeByMean()
    {
        var rows = Means();
        return new MergedState
        {
            Concepts = Concepts,
            Vectors = Vectors,
            Rows = rows,
            First = First[..rows.Length],
            Second = Second[..rows.Length],
            Pass = Pass,
            Step = Step,
            Losses = Losses,
        };
    }

    float[] Means()
    {
        var each = Rows.Length / SplitTokens; // number of values of all concepts' k-th tokens, which are stored together
        return [.. Enumerable.Range(0, each).Select(i => MeanAt(i, each))];
    }

    // Sums in order and then divides, as torch does for the mean of a few fp32 rows.
    float MeanAt(int i, int each)
    {
        var sum = 0f;
        for (var k = 0; k < SplitTokens; k++) sum += Rows[k * each + i];
        return sum / SplitTokens;
    }
}

/// <summary>A state of the second phase: one token per concept.</summary>
public sealed record MergedState : LearningState
{
    /// <inheritdoc/>
    public override int TokensPerConcept => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<float[][]> Words() => WordsIn(Rows);
}

/// <summary>A point from which learning can continue.</summary>
/// <param name="Starts">
/// Start vectors of the first concepts, in their order, with E values each, as far as the word search has come (<see cref="StartFound"/>).
/// Empty if there is no word search. Not used if <paramref name="State"/> is given.
/// </param>
/// <param name="State">
/// The state after the last pass or the merge (<see cref="PassDone"/>). The default is null: no pass is done yet.
/// </param>
public sealed record LearningProgress(IReadOnlyList<float[]> Starts, LearningState? State = null);
