using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, N scenes, h x w latent grid

/// <summary>Scenes and their latents, half of them mirrored: the autoencoder is frozen by then, so each picture passes it once.</summary>
/// <param name="scenes">N scenes.</param>
/// <param name="latents">(N,4,h,w) fp16, scaled; disposed of with the pool.</param>
sealed class LatentPool(Scene[] scenes, Tensor latents) : IDisposable
{
    public IReadOnlyList<Scene> Scenes => scenes;

    /// <summary>(4,h,w): what one latent looks like.</summary>
    public long[] Shape => latents.shape[1..];

    /// <summary>Latents (B,4,h,w), scaled, fp32, on the device where they were made.</summary>
    public Tensor Latents(ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        return latents.index_select(0, tensor(indices.ToArray(), device: latents.device)).to(float32).MoveToOuterDisposeScope();
    }

    public void Dispose() => latents.Dispose();
}
