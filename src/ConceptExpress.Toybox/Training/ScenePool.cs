using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

// Shapes: B batch, S side in pixels

/// <summary>Scenes and their pictures, drawn once and kept in memory: drawing them in every step would make the trainers wait.</summary>
sealed class ScenePool
{
    readonly byte[][] pixels;

    ScenePool(Scene[] scenes, byte[][] pixels, int side) => (Scenes, this.pixels, Side) = (scenes, pixels, side);

    /// <summary>The scenes that the pictures show, in order.</summary>
    public IReadOnlyList<Scene> Scenes { get; }

    /// <summary>Side of the pictures, in pixels.</summary>
    public int Side { get; }

    /// <summary>Number of scenes.</summary>
    public int Count => Scenes.Count;

    /// <summary>Draws the scenes of consecutive seeds.</summary>
    /// <param name="seed">Seed of the first scene.</param>
    /// <param name="count">Number of scenes.</param>
    /// <param name="side">Width and height of the pictures, in pixels.</param>
    /// <param name="mix">Gives the settings of the i-th scene.</param>
    /// <param name="threads">The threads that draw.</param>
    /// <param name="stop">Cancels between scenes.</param>
    public static ScenePool Draw(ulong seed, int count, int side, Func<int, SceneSettings> mix, WorkerThreads threads,
        CancellationToken stop)
    {
        var (scenes, pixels) = (new Scene[count], new byte[count][]);
        threads.Run(worker =>
        {
            var (from, share) = threads.Share(worker, count);
            for (var i = (int)from; i < from + share; i++)
            {
                stop.ThrowIfCancellationRequested();
                scenes[i] = SceneComposer.Compose(seed + (ulong)i, mix(i));
                pixels[i] = SceneRenderer.Render(scenes[i], side).Picture.Pixels.ToArray();
            }
        });
        return new ScenePool(scenes, pixels, side);
    }

    /// <summary>The pictures of B scenes: (B,3,S,S) in [-1,1], fp32.</summary>
    /// <param name="indices">B indices of scenes.</param>
    /// <param name="mirrored">Which of the B pictures are flipped left-right.</param>
    /// <param name="device">The device of the result.</param>
    public Tensor Pictures(ReadOnlySpan<long> indices, ReadOnlySpan<bool> mirrored, Device device)
    {
        using var scope = NewDisposeScope();
        var bytes = new byte[indices.Length * 3 * Side * Side];
        for (var i = 0; i < indices.Length; i++) pixels[indices[i]].CopyTo(bytes, i * 3 * Side * Side);
        var pictures = PixelTensor.Scaled(PixelTensor.Bytes(bytes, indices.Length, PixelSize.Square(Side)), device);
        return Mirror(pictures, mirrored).MoveToOuterDisposeScope();
    }

    /// <summary>Flips the marked pictures of (B,C,h,w) left-right.</summary>
    public static Tensor Mirror(Tensor pictures, ReadOnlySpan<bool> mirrored)
    {
        using var scope = NewDisposeScope();
        var which = tensor(mirrored.ToArray(), device: pictures.device).view(-1, 1, 1, 1);
        return pictures.flip(3).where(which, pictures).MoveToOuterDisposeScope();
    }
}

/// <summary>Which settings the scenes of a training have, by their index.</summary>
static class SceneMix
{
    /// <summary>
    /// Of ten scenes, five have one toy, because categories are learned from large toys. Three have two toys, mostly apart, because
    /// drawings should look like that. One has three or four toys, and one is a Hard scene of up to five.
    /// </summary>
    public static SceneSettings Diffusion(int index) => (index % 10) switch
    {
        < 5 => new SceneSettings { Difficulty = SceneDifficulty.Normal, ToyCount = 1 },
        < 7 => new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = 2 },
        7 => new SceneSettings { Difficulty = SceneDifficulty.Normal, ToyCount = 2 },
        8 => new SceneSettings { Difficulty = SceneDifficulty.Normal, ToyCount = 3 + index / 10 % 2 },
        _ => new SceneSettings { Difficulty = SceneDifficulty.Hard },
    };

    /// <summary>
    /// As <see cref="Diffusion"/>, but of ten scenes, four have one toy, and one has two or three toys of the same words, so that captions
    /// can count.
    /// </summary>
    public static SceneSettings Counting(int index) => index % 10 == 4
        ? new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = 2 + index / 10 % 2, AreAlike = true }
        : Diffusion(index);

    /// <summary>One large toy.</summary>
    public static SceneSettings SingleToy(int index) =>
        new() { Difficulty = index % 4 == 0 ? SceneDifficulty.Easy : SceneDifficulty.Normal, ToyCount = 1 };

    /// <summary>Two to four toys.</summary>
    public static SceneSettings SeveralToys(int index) =>
        new() { Difficulty = index % 4 == 0 ? SceneDifficulty.Hard : SceneDifficulty.Normal, ToyCount = 2 + index % 3 };
}
