using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M text tokens, E width, V vocabulary, K concept rows

/// <summary>
/// Looks up token embeddings by id. Ids below V are frozen rows of the vocabulary, ids from V on are rows of concepts. Only rows in use are
/// gathered, so learning a few rows never copies or updates the vocabulary.
/// </summary>
/// <param name="vocabulary">Frozen table (V',E) with V' >= V.</param>
/// <param name="firstConceptId">V, the id of concept row 0.</param>
sealed class TokenEmbedding(Tensor vocabulary, long firstConceptId)
{
    /// <summary>Looks up the embeddings of a batch of prompts.</summary>
    /// <param name="prompts">B lists of M token ids.</param>
    /// <param name="concepts">
    /// Concept rows (K,E) on the vocabulary's device; null if no prompt contains a concept. May require a gradient.
    /// </param>
    /// <exception cref="ArgumentException">A prompt contains an id of a concept row that does not exist.</exception>
    public TokenLookup Lookup(IReadOnlyList<long[]> prompts, Tensor? concepts)
    {
        using var scope = NewDisposeScope();
        var (ids, device) = (prompts.SelectMany(p => p).ToArray(), vocabulary.device);
        var slots = Enumerable.Range(0, ids.Length).Where(i => ids[i] >= firstConceptId).Select(i => (long)i).ToArray();
        var rowCount = concepts?.shape[0] ?? 0;
        if (slots.FirstOrDefault(i => ids[i] - firstConceptId >= rowCount, -1) is >= 0 and var missing)
            throw new ArgumentException(
                $"token id {ids[missing]} is neither in the vocabulary of {firstConceptId} words nor one of {rowCount} concept rows",
                nameof(prompts));

        var words = tensor([.. ids.Select(id => id < firstConceptId ? id : 0)], dtype: int64, device: device);
        var frozen = vocabulary.index_select(0, words).detach();
        // the gradient of frozen rows is part of the published clipping norm
        if (concepts is { requires_grad: true }) frozen.requires_grad = true;
        var rows = frozen;
        if (slots.Length > 0)
        {
            var wanted = tensor([.. slots.Select(i => ids[i] - firstConceptId)], dtype: int64, device: device);
            rows = frozen.index_copy(0, tensor(slots, dtype: int64, device: device), concepts!.index_select(0, wanted).to(frozen.dtype));
        }
        var embeddings = rows.unflatten(0, [prompts.Count, prompts[0].Length]);
        return new TokenLookup(embeddings.MoveToOuterDisposeScope(), frozen.MoveToOuterDisposeScope(), words.MoveToOuterDisposeScope());
    }
}

/// <summary>Embeddings of a batch of prompts, with the frozen rows among them.</summary>
/// <param name="Embeddings">(B,M,E).</param>
/// <param name="FrozenRows">(B*M,E), one per position; a leaf of the gradient graph if concept rows are learned.</param>
/// <param name="WordIds">(B*M) vocabulary row of each position; 0 at concepts, where the gradient of the frozen row is zero.</param>
sealed record TokenLookup(Tensor Embeddings, Tensor FrozenRows, Tensor WordIds)
{
    /// <summary>
    /// Returns the sum of squares of the gradient that the whole frozen vocabulary would have received; gradients at positions of the same
    /// id are added first. Part of the published clipping norm (published semantics 16). Call it after a backward pass; 0 if there is no
    /// gradient.
    /// </summary>
    public double FrozenGradientSquare()
    {
        using var scope = NewDisposeScope();
        if (FrozenRows.grad is not { } gradient) return 0;
        var (words, inverse, _) = WordIds.unique(return_inverse: true);
        var perWord = zeros([words.shape[0], gradient.shape[1]], dtype: gradient.dtype, device: gradient.device);
        return perWord.index_add(0, inverse!, gradient, 1).square().sum().to(float64).item<double>();
    }
}
