using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, N scenes, h x w latent grid

/// <summary>Scenes and their latents; half of the pictures are mirrored. The autoencoder is frozen, so each is encoded once.</summary>
/// <param name="scenes">N scenes.</param>
/// <param name="latents">(N,4,h,w) fp16, times the scaling factor; disposed of with the pool.</param>
sealed class LatentPool(Scene[] scenes, Tensor latents) : IDisposable
{
    /// <summary>The N scenes.</summary>
    public IReadOnlyList<Scene> Scenes => scenes;

    /// <summary>The shape of one latent: (4,h,w).</summary>
    public long[] Shape => latents.shape[1..];

    /// <summary>The latents of B scenes: (B,4,h,w) fp32, scaled, on the pool's device.</summary>
    public Tensor Latents(ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        return latents.index_select(0, tensor(indices.ToArray(), device: latents.device)).to(float32).MoveToOuterDisposeScope();
    }

    public void Dispose() => latents.Dispose();
}
