using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: n concepts, h x w latent grid

/// <summary>One orientation of the picture: its posterior, and the concepts' masks and features on it.</summary>
/// <param name="Posterior">Of the picture, (1,4,h,w).</param>
/// <param name="Masks">(n,h,w), 0 or 1.</param>
/// <param name="Features">(n,h,w), not negative.</param>
public sealed record Orientation(Posterior Posterior, Tensor Masks, Tensor Features) : IDisposable
{
    public void Dispose()
    {
        Posterior.Dispose();
        Masks.Dispose();
        Features.Dispose();
    }
}

/// <summary>What the tokens are trained on: the picture as it is and mirrored, each encoded once.</summary>
public sealed class LearningTarget : IDisposable
{
    LearningTarget(Orientation upright, Orientation mirrored, int concepts) => (Upright, Mirrored, Concepts) = (upright, mirrored, concepts);

    public Orientation Upright { get; }
    public Orientation Mirrored { get; }
    public int Concepts { get; }

    /// <param name="model">Whose autoencoder.</param>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="concepts">At least one, on the latent grid of the picture.</param>
    /// <param name="margin">See <see cref="ExtractionSettings.MaskMargin"/>.</param>
    public static LearningTarget Of(StableDiffusion model, Tensor picture, IReadOnlyList<LocatedConcept> concepts, double margin = 0)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (height, width) = (concepts[0].Mask.Height, concepts[0].Mask.Width);
        var masks = Stack(concepts.Select(c => tensor([.. c.Mask.Cells.Select(set => set ? 1f : 0f)])), height, width, model.Device);
        var features = Stack(concepts.Select(c => tensor(c.Feature)), height, width, model.Device);
        return Of(model, picture, Widened(masks, (int)Math.Round(margin * Math.Max(height, width))), features);
    }

    // (n,h,w): every cell that is at most so many cells from a set one, in rows and in columns.
    internal static Tensor Widened(Tensor masks, int cells) =>
        cells == 0 ? masks : nn.functional.max_pool2d(masks.unsqueeze(1), [2 * cells + 1, 2 * cells + 1], [1, 1], [cells, cells]).squeeze(1);

    /// <summary>From masks and features (n,h,w) on the model's device.</summary>
    public static LearningTarget Of(StableDiffusion model, Tensor picture, Tensor masks, Tensor features)
    {
        using var quiet = no_grad();
        using var mirror = picture.flip(3);
        return Of(model.Vae.Encode(picture), model.Vae.Encode(mirror), masks, features);
    }

    /// <summary>From what the autoencoder made of both orientations (1,4,h,w), which the target takes over, and upright masks and features (n,h,w).</summary>
    public static LearningTarget Of(Posterior upright, Posterior mirrored, Tensor masks, Tensor features)
    {
        using var quiet = no_grad();
        return new LearningTarget(
            new Orientation(Detached(upright), masks.clone().DetachFromDisposeScope(), features.clone().DetachFromDisposeScope()),
            new Orientation(Detached(mirrored), masks.flip(2).DetachFromDisposeScope(), features.flip(2).DetachFromDisposeScope()),
            (int)masks.shape[0]);
    }

    static Posterior Detached(Posterior posterior)
    {
        posterior.Mean.DetachFromDisposeScope();
        posterior.LogVariance.DetachFromDisposeScope();
        return posterior;
    }

    static Tensor Stack(IEnumerable<Tensor> maps, int height, int width, Device device) =>
        stack(maps.Select(map => map.view(height, width)), 0).to(device);

    public void Dispose()
    {
        Upright.Dispose();
        Mirrored.Dispose();
    }
}
