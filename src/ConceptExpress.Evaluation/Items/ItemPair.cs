namespace ConceptExpress.Evaluation.Items;

/// <summary>Two concepts of a picture that were drawn together, <see cref="SamplePlan.Pairs"/> times.</summary>
/// <param name="First">Number of one concept, from 0.</param>
/// <param name="Second">Number of the other concept, greater than <paramref name="First"/>.</param>
/// <param name="Words">Of each drawing of the two words: how many things were found in it.</param>
/// <param name="Phrases">
/// Of each drawing of the two things' phrases, which tells what the checkpoint itself can do: how many things were found in it. Empty if a
/// thing has no phrase.
/// </param>
sealed record ItemPair(int First, int Second, IReadOnlyList<int> Words, IReadOnlyList<int> Phrases)
{
    /// <summary>Whether the numbers can be of a pair of these concepts; a file that was changed by hand may hold anything.</summary>
    public bool IsSound(IReadOnlyList<ItemConcept> concepts) =>
        Words is not null && Phrases is not null && First >= 0 && First < Second && Second < concepts.Count
        && concepts[First] is { Truth: not null } && concepts[Second] is { Truth: not null }
        && Words.Concat(Phrases).All(things => things >= 0);
}
