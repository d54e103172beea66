using System.Security.Cryptography;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// Encodes scenes, which takes minutes, and saves their latents beside the checkpoint's folder, so that a resumed training can reuse them.
/// </summary>
/// <param name="checkpoint">The checkpoint's folder; its autoencoder encodes the scenes.</param>
/// <param name="encoders">That autoencoder, one copy per thread.</param>
/// <param name="threads">The threads that draw and encode.</param>
/// <param name="progress">Receives a note before the work starts.</param>
sealed class LatentStore(string checkpoint, AutoencoderKL[] encoders, WorkerThreads threads, IProgress<ProgressEvent> progress)
{
    const int Chunk = 2000, Batch = 25;
    const string Name = "latents", Key = "made-from";

    /// <summary>The scenes of consecutive seeds with their latents. Saved latents are used if they fit.</summary>
    /// <param name="seed">Seed of the first scene.</param>
    /// <param name="count">Number of scenes.</param>
    /// <param name="side">Width and height of the pictures, in pixels.</param>
    /// <param name="mix">Gives the settings of the i-th scene.</param>
    /// <param name="stop">Cancels between scenes and batches.</param>
    public LatentPool Pool(ulong seed, int count, int side, Func<int, SceneSettings> mix, CancellationToken stop)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!, $"{Name}-{side}.safetensors");
        var key = $"{count} scenes from {seed} at {side}, {Digest()}";
        if (Kept(path, key) is { } latents)
        {
            progress.Report(new Noted($"Composing {count} scenes of {side} px; their saved latents are used"));
            return new LatentPool(Compose(seed, count, mix, stop), latents);
        }
        progress.Report(new Noted($"Drawing and encoding {count} scenes of {side} px"));
        var pool = Encode(seed, count, side, mix, stop);
        SafeTensorsWriter.Write(path, [(Name, pool.Latents)], new Dictionary<string, string> { [Key] = key });
        return new LatentPool(pool.Scenes, pool.Latents);
    }

    string Digest() =>
        Convert.ToHexStringLower(
        SHA256.HashData(File.ReadAllBytes(Path.Combine(checkpoint, "vae", "diffusion_pytorch_model.safetensors"))));

    Tensor? Kept(string path, string key)
    {
        if (!File.Exists(path)) return null;
        using var file = SafeTensorsFile.Open(path);
        return file.Metadata.GetValueOrDefault(Key) == key ? file.Read(Name).to(Device).DetachFromDisposeScope() : null;
    }

    Device Device => encoders[0].parameters().First().device;

    Scene[] Compose(ulong seed, int count, Func<int, SceneSettings> mix, CancellationToken stop)
    {
        var scenes = new Scene[count];
        threads.Run(worker =>
        {
            var (from, share) = threads.Share(worker, count);
            for (var i = (int)from; i < from + share; i++)
            {
                stop.ThrowIfCancellationRequested();
                scenes[i] = SceneComposer.Compose(seed + (ulong)i, mix(i));
            }
        });
        return scenes;
    }

    (Scene[] Scenes, Tensor Latents) Encode(ulong seed, int count, int side, Func<int, SceneSettings> mix, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var scenes = new List<Scene>(count);
        var parts = new List<Tensor>();
        while (scenes.Count < count)
        {
            var done = scenes.Count;
            var pool = ScenePool.Draw(seed + (ulong)done, Math.Min(Chunk, count - done), side, i => mix(done + i), threads, stop);
            scenes.AddRange(pool.Scenes);
            parts.AddRange(Encode(pool, stop));
        }
        var latents = cat(parts);
        foreach (var part in parts) part.Dispose();
        return ([.. scenes], latents.DetachFromDisposeScope());
    }

    Tensor[] Encode(ScenePool pool, CancellationToken stop)
    {
        var shares = new Tensor[threads.Count];
        threads.Run(worker =>
        {
            using var quiet = no_grad();
            var (from, share) = threads.Share(worker, pool.Count);
            var parts = new List<Tensor>();
            for (var i = from; i < from + share; i += Batch)
            {
                stop.ThrowIfCancellationRequested();
                var indices = Enumerable.Range((int)i, (int)Math.Min(Batch, from + share - i)).Select(n => (long)n).ToArray();
                parts.Add(One(encoders[worker], pool.Pictures(indices, [.. indices.Select(n => n % 2 == 1)], Device)));
            }
            shares[worker] = cat(parts).DetachFromDisposeScope();
        });
        return shares;
    }

    // The mean of the posterior: its standard deviation is far below the noise of any timestep.
    static Tensor One(AutoencoderKL encoder, Tensor pictures)
    {
        using var posterior = encoder.Encode(pictures);
        pictures.Dispose();
        return (posterior.Mean * posterior.ScalingFactor).to(float16);
    }
}
