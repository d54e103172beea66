using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

// Shapes: B batch, H heads, N = g*g' cells, M text positions, K words, D positions of each

/// <summary>
/// Records where words are in the picture: cross-attention at <see cref="AttentionSites.WordDepth"/>, averaged over heads and layers, with
/// its gradient. Records until it is disposed.
/// </summary>
sealed class WordAttention : IDisposable
{
    readonly AttentionRecorder recorder;
    readonly Tensor slots;
    readonly int count;
    readonly Grid grid;
    readonly List<Tensor> maps = [];

    /// <summary>Begins to record.</summary>
    /// <param name="unet">The UNet to record.</param>
    /// <param name="slots">
    /// Positions of K words in the prompt. All words have the same number of positions; a word's attention is the mean over its positions.
    /// </param>
    /// <param name="latent">The grid of the latent that the UNet will be evaluated on.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The UNet has no word depth.</exception>
    public WordAttention(UNet2DConditionModel unet, IReadOnlyList<IReadOnlyList<long>> slots, Grid latent)
    {
        grid = AttentionSites.GridAt(AttentionSites.WordDepth(unet), latent);
        count = slots.Count;
        this.slots = tensor([.. slots.SelectMany(word => word)], dtype: int64, device: unet.parameters().First().device)
            .DetachFromDisposeScope();
        recorder = AttentionRecorder.Attach(unet, AttentionSites.OfWords(unet), Record);
    }

    // (B,N,K)
    void Record(AttentionSite site, Tensor weights) =>
        maps.Add(OfWords(weights.index_select(3, slots).mean([1]).to(float32)).DetachFromDisposeScope());

    Tensor OfWords(Tensor positions) =>
        slots.shape[0] == count ? positions : positions.unflatten(2, [count, slots.shape[0] / count]).mean([3L]);

    /// <summary>Returns the words' attention maps after a forward pass of the UNet, (B,K,g,g').</summary>
    public Tensor Maps()
    {
        using var scope = NewDisposeScope();
        return stack(maps, 0).mean([0]).transpose(1, 2).unflatten(2, [grid.Height, grid.Width]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        recorder.Dispose();
        slots.Dispose();
        foreach (var map in maps) map.Dispose();
    }
}
