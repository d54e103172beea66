using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, N scenes, h x w latent grid

/// <summary>Scenes and their latents, half of them mirrored: the autoencoder is frozen by then, so each picture passes it once.</summary>
sealed class LatentPool : IDisposable
{
    const int Chunk = 2000, Batch = 25;

    readonly Tensor latents;

    LatentPool(Scene[] scenes, Tensor latents) => (Scenes, this.latents) = (scenes, latents);

    public IReadOnlyList<Scene> Scenes { get; }

    /// <summary>(4,h,w): what one latent looks like.</summary>
    public long[] Shape => latents.shape[1..];

    /// <summary>Latents (B,4,h,w), scaled, on the device where they were made.</summary>
    public Tensor Latents(ReadOnlySpan<long> indices)
    {
        using var which = tensor(indices.ToArray(), device: latents.device);
        return latents.index_select(0, which);
    }

    /// <summary>Draws and encodes the scenes of consecutive seeds.</summary>
    /// <param name="encoders">An autoencoder for each thread, with its scaling factor.</param>
    /// <param name="seed">Of the first scene.</param>
    /// <param name="count">How many.</param>
    /// <param name="side">Pixels.</param>
    /// <param name="mix">The settings of the i-th scene.</param>
    /// <param name="threads">Who draws and encodes.</param>
    /// <param name="stop">Cancels.</param>
    public static LatentPool Encode(
        AutoencoderKL[] encoders, ulong seed, int count, int side, Func<int, SceneSettings> mix, WorkerThreads threads, CancellationToken stop)
    {
        var scenes = new List<Scene>(count);
        var parts = new List<Tensor>();
        while (scenes.Count < count)
        {
            var done = scenes.Count;
            var pool = ScenePool.Draw(seed + (ulong)done, Math.Min(Chunk, count - done), side, i => mix(done + i), threads, stop);
            scenes.AddRange(pool.Scenes);
            parts.AddRange(Encode(encoders, pool, threads, stop));
        }
        var latents = cat(parts);
        foreach (var part in parts) part.Dispose();
        return new LatentPool([.. scenes], latents.DetachFromDisposeScope());
    }

    static Tensor[] Encode(AutoencoderKL[] encoders, ScenePool pool, WorkerThreads threads, CancellationToken stop)
    {
        var shares = new Tensor[threads.Count];
        threads.Run(worker =>
        {
            using var quiet = no_grad();
            var (from, share) = threads.Share(worker, pool.Count);
            var device = encoders[worker].parameters().First().device;
            var parts = new List<Tensor>();
            for (var i = from; i < from + share; i += Batch)
            {
                stop.ThrowIfCancellationRequested();
                var indices = Enumerable.Range((int)i, (int)Math.Min(Batch, from + share - i)).Select(n => (long)n).ToArray();
                parts.Add(One(encoders[worker], pool.Pictures(indices, [.. indices.Select(n => n % 2 == 1)], device)));
            }
            shares[worker] = cat(parts).DetachFromDisposeScope();
        });
        return shares;
    }

    // The mean of the posterior; its deviation is a hundredth of the latents', far below the noise of any timestep.
    static Tensor One(AutoencoderKL encoder, Tensor pictures)
    {
        using var posterior = encoder.Encode(pictures);
        pictures.Dispose();
        return posterior.Mean * posterior.ScalingFactor;
    }

    public void Dispose() => latents.Dispose();
}
