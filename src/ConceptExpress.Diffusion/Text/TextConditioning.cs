using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M text positions, E text width of all encoders together

/// <summary>The UNet's conditioning: its inputs besides latent and timestep.</summary>
/// <param name="Context">(B,M,E) hidden states of the text, for cross-attention.</param>
/// <param name="Pooled">(B,P) the text as one vector; null if the UNet takes none, as in Stable Diffusion 1 and 2.</param>
/// <param name="Sizes">
/// (B,6) pixels: original height and width, top and left of the crop, target height and width; null if the UNet takes none.
/// </param>
sealed record TextConditioning(Tensor Context, Tensor? Pooled = null, Tensor? Sizes = null)
{
    /// <summary>
    /// Concatenates several into one batch, in order. Contexts of different lengths are repeated to a common length, which changes nothing
    /// about what cross-attention computes.
    /// </summary>
    public static TextConditioning Cat(IReadOnlyList<TextConditioning> all) => new(
        cat([.. Repeated([.. all.Select(one => one.Context)])], 0), Together(all, one => one.Pooled), Together(all, one => one.Sizes));

    /// <summary>Expands a batch of one to <paramref name="batch"/> elements, as a view.</summary>
    public TextConditioning Expand(long batch) => Each(tensor => tensor.expand([batch, .. Enumerable.Repeat(-1L, (int)tensor.dim() - 1)]));

    /// <summary>Repeats each element of the batch <paramref name="times"/> times in a row.</summary>
    public TextConditioning RepeatEach(long times) => Each(tensor => tensor.repeat_interleave(times, 0));

    /// <summary>Returns <paramref name="count"/> elements of the batch from <paramref name="start"/> on, as a view.</summary>
    public TextConditioning Narrow(long start, long count) => Each(tensor => tensor.narrow(0, start, count));

    internal TextConditioning MoveToOuterDisposeScope() => Each(tensor => tensor.MoveToOuterDisposeScope());

    static IEnumerable<Tensor> Repeated(IReadOnlyList<Tensor> contexts)
    {
        var common = contexts.Select(context => context.shape[1]).Distinct().Aggregate(LeastCommonMultiple);
        return contexts.Select(context => context.shape[1] == common ? context : context.repeat(1, common / context.shape[1], 1));
    }

    static long LeastCommonMultiple(long a, long b) => a / (long)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b;

    TextConditioning Each(Func<Tensor, Tensor> change) =>
        new(change(Context), Pooled is null ? null : change(Pooled), Sizes is null ? null : change(Sizes));

    static Tensor? Together(IReadOnlyList<TextConditioning> all, Func<TextConditioning, Tensor?> part) =>
        all.Select(part).OfType<Tensor>().ToArray() is { Length: > 0 } tensors ? cat(tensors, 0) : null;
}
