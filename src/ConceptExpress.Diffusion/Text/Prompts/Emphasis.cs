using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text.Prompts;

// Shapes: C chunks, M text positions of a chunk, E width of a text encoder

/// <summary>What weights do to the hidden states of a text encoder.</summary>
static class Emphasis
{
    /// <summary>Whether any token of the chunks has another weight than 1.</summary>
    public static bool IsIn(IEnumerable<PromptChunk> chunks) => chunks.Any(chunk => chunk.Weights.Any(weight => weight != 1));

    /// <summary>
    /// A1111's "Original" emphasis: states are multiplied by their weights; then each chunk is scaled so that its mean is as before.
    /// </summary>
    /// <param name="states">(C,M,E).</param>
    /// <param name="weights">(C,M,1).</param>
    public static Tensor Scaled(Tensor states, Tensor weights)
    {
        long[] chunk = [1, 2];
        var weighted = states * weights;
        return weighted * (states.mean(chunk, keepdim: true) / weighted.mean(chunk, keepdim: true));
    }

    /// <summary>ComfyUI's weights: states are moved away from those of the empty prompt, or towards them.</summary>
    /// <param name="states">(C,M,E).</param>
    /// <param name="weights">(C,M,1).</param>
    /// <param name="empty">(1,M,E) states of the empty prompt.</param>
    public static Tensor FromEmpty(Tensor states, Tensor weights, Tensor empty) =>
        where(weights == 1, states, (states - empty) * weights + empty);
}
