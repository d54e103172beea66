namespace ConceptExpress.Extraction.Naming;

/// <summary>Chooses the name of a learned word among the words that are nearest to it (experiment 33).</summary>
static class NameChoice
{
    // Words begin as sums of up to three words of the vocabulary.
    const int Considered = 4;

    /// <summary>Maximum number of prompts that the text encoder reads for one choice, for estimates of time.</summary>
    public const int Prompts = WordRetrieval.Company + Considered * (WordRetrieval.Company + 2) + 1;

    // Of a word's vector. Below, the vector is not made of words, and its nearest words say little. Not measured.
    const double MinCosine = 0.3;

    // How much it counts that a word leads, against how near it is. 1.5 to 4 give the same names.
    const double LeadWeight = 2;

    /// <summary>
    /// Returns the noun of the few nearest words by vectors: the one with the highest sum of nearness (by features) and lead
    /// (<see cref="WordRetrieval.Leads"/>). If the vector is not near any word, the first word that the picture gives, else that of the
    /// text encoder.
    /// </summary>
    /// <param name="retrieval">The vocabulary.</param>
    /// <param name="learned">Vectors of the learned word.</param>
    /// <param name="byEmbedding">The nearest words by vectors.</param>
    /// <param name="byText">The nearest words by features of the text encoder.</param>
    /// <param name="byPicture">The nearest words by the concept's picture; null if nobody looked.</param>
    /// <returns>The name; null if the vocabulary has no words.</returns>
    public static string? Of(WordRetrieval retrieval, IReadOnlyList<float[]> learned, IReadOnlyList<NearWord> byEmbedding,
        IReadOnlyList<NearWord> byText, IReadOnlyList<NearWord>? byPicture)
    {
        if (byEmbedding is [] || byEmbedding[0].Score < MinCosine) return (byPicture ?? byText).FirstOrDefault()?.Word;
        string[] considered = [.. byEmbedding.Take(Considered).Select(near => near.Word)];
        var near = retrieval.ByText(learned, considered, Considered).ToDictionary(word => word.Word, word => word.Score);
        return considered.Zip(retrieval.Leads(considered)).MaxBy(word => near[word.First] + LeadWeight * word.Second).First;
    }
}
