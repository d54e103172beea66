using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction.Learning;

// Shapes: n concepts, T tokens (one or several per concept), D vectors per token, E width, R = T*D rows

/// <summary>
/// What a learning has reached after a pass. It is a plain value: nothing changes it, and together with picture, masks, settings and seed it is all that the next
/// pass needs. Token t belongs to concept t mod n; its vectors are rows t*D to t*D + D-1.
/// </summary>
public abstract record LearningState
{
    /// <summary>n, 1 or more.</summary>
    public required int Concepts { get; init; }

    /// <summary>D, 1 or more.</summary>
    public required int Vectors { get; init; }

    /// <summary>(R,E) fp32, row after row: the tokens' embeddings.</summary>
    public required float[] Rows { get; init; }

    /// <summary>(R,E) running mean of the gradient.</summary>
    public required float[] First { get; init; }

    /// <summary>(R,E) running mean of the squared gradient.</summary>
    public required float[] Second { get; init; }

    /// <summary>Passes done.</summary>
    public int Pass { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public int Step { get; init; }

    /// <summary>Mean losses of the last pass; null before the first.</summary>
    public LossValues? Losses { get; init; }

    /// <summary>Tokens that each concept has.</summary>
    public abstract int TokensPerConcept { get; }

    /// <summary>T.</summary>
    public int Tokens => Concepts * TokensPerConcept;

    /// <summary>E.</summary>
    public int Width => Rows.Length / (Tokens * Vectors);

    /// <summary>The concepts' words as they are now, D vectors each: in the first phase the means of their tokens.</summary>
    public abstract IReadOnlyList<float[][]> Words();

    private protected IReadOnlyList<float[][]> WordsIn(float[] rows) =>
        [.. rows.Chunk(Width).Chunk(Vectors).Take(Concepts)];
}

/// <summary>The first phase: several tokens per concept, each with a prompt of its own.</summary>
public sealed record SplitState : LearningState
{
    /// <summary>Tokens of each concept, 1 or more.</summary>
    public required int SplitTokens { get; init; }

    /// <inheritdoc/>
    public override int TokensPerConcept => SplitTokens;

    /// <inheritdoc/>
    public override IReadOnlyList<float[][]> Words() => WordsIn(Means());

    /// <summary>
    /// Begins the second phase: each concept's token is the mean of its split tokens, and goes on with the moments of the first of them (golden semantics 17).
    /// </summary>
    public MergedState MergeByMean()
    {
        var rows = Means();
        return new MergedState
        {
            Concepts = Concepts, Vectors = Vectors, Rows = rows, First = First[..rows.Length], Second = Second[..rows.Length], Pass = Pass, Step = Step, Losses = Losses,
        };
    }

    float[] Means()
    {
        var each = Rows.Length / SplitTokens; // the values of all concepts' k-th tokens lie together
        return [.. Enumerable.Range(0, each).Select(i => MeanAt(i, each))];
    }

    // As torch takes the mean of a few fp32 rows: their sum in order, divided.
    float MeanAt(int i, int each)
    {
        var sum = 0f;
        for (var k = 0; k < SplitTokens; k++) sum += Rows[k * each + i];
        return sum / SplitTokens;
    }
}

/// <summary>The second phase: one token per concept.</summary>
public sealed record MergedState : LearningState
{
    /// <inheritdoc/>
    public override int TokensPerConcept => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<float[][]> Words() => WordsIn(Rows);
}

/// <summary>From where a learning can go on.</summary>
/// <param name="Starts">Where tokens begin, for the concepts whose words were searched for; none where they are not searched for.</param>
/// <param name="State">What was reached; null where learning has not begun.</param>
public sealed record LearningCheckpoint(IReadOnlyList<float[]> Starts, LearningState? State = null);
