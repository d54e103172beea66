using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: R tokens, E values per token: its vector, or its vectors side by side

/// <summary>Token contrast: split tokens of one concept attract each other and repel those of others.</summary>
/// <remarks>"Supervised Contrastive Learning"; method 2, token contrast; published semantics 15.</remarks>
static class TokenContrastLoss
{
    /// <summary>Returns the supervised InfoNCE loss over the L2-normalised rows.</summary>
    /// <param name="rows">(R,E) embedding rows of all split tokens.</param>
    /// <param name="concepts">Number of concepts; row r belongs to concept r mod <paramref name="concepts"/>.</param>
    /// <param name="temperature">Divides the similarities; above 0. Published: 0.07.</param>
    /// <returns>A scalar; zero if every concept has only one token, because then there are no positive pairs.</returns>
    public static Tensor Of(Tensor rows, int concepts, double temperature)
    {
        using var scope = NewDisposeScope();
        var count = rows.shape[0];
        if (count <= concepts) return (rows.sum() * 0).MoveToOuterDisposeScope();

        var label = arange(count, device: rows.device) % concepts;
        var others = ones([count, count], device: rows.device) - eye(count, device: rows.device);
        var positives = label.unsqueeze(0).eq(label.unsqueeze(1)).to(float32) * others;

        var unit = nn.functional.normalize(rows, dim: 1);
        var logits = unit.mm(unit.t()) / temperature;
        logits = logits - logits.amax([1], keepdim: true).detach();
        var logProbability = logits - (logits.exp() * others).sum(1, keepdim: true).log();
        return (-(positives * logProbability).sum(1) / positives.sum(1)).mean().MoveToOuterDisposeScope();
    }
}
