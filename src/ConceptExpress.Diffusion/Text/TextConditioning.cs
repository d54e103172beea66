using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: B batch, M text positions, E text width of all encoders together

/// <summary>All that a UNet is told beside the latent and the timestep.</summary>
/// <param name="Context">(B,M,E) what its cross-attention looks at.</param>
/// <param name="Pooled">(B,P) the text as one vector; null where the UNet takes none, as those of Stable Diffusion 1 and 2.</param>
/// <param name="Sizes">
/// (B,6) pixels: original height and width, top and left of the crop, target height and width; null where the UNet takes none.
/// </param>
public sealed record TextConditioning(Tensor Context, Tensor? Pooled = null, Tensor? Sizes = null)
{
    /// <summary>Several as one batch, in their order.</summary>
    public static TextConditioning Cat(IReadOnlyList<TextConditioning> all) => new(
        cat([.. all.Select(one => one.Context)], 0), Together(all, one => one.Pooled), Together(all, one => one.Sizes));

    /// <summary>A batch of one, seen as a batch of so many.</summary>
    public TextConditioning Expand(long batch) => Each(tensor => tensor.expand([batch, .. Enumerable.Repeat(-1L, (int)tensor.dim() - 1)]));

    /// <summary>Each element of the batch so many times in a row.</summary>
    public TextConditioning RepeatEach(long times) => Each(tensor => tensor.repeat_interleave(times, 0));

    /// <summary>Some elements of the batch.</summary>
    public TextConditioning Narrow(long start, long count) => Each(tensor => tensor.narrow(0, start, count));

    internal TextConditioning MoveToOuterDisposeScope() => Each(tensor => tensor.MoveToOuterDisposeScope());

    TextConditioning Each(Func<Tensor, Tensor> change) =>
        new(change(Context), Pooled is null ? null : change(Pooled), Sizes is null ? null : change(Sizes));

    static Tensor? Together(IReadOnlyList<TextConditioning> all, Func<TextConditioning, Tensor?> part) =>
        all.Select(part).OfType<Tensor>().ToArray() is { Length: > 0 } tensors ? cat(tensors, 0) : null;
}
