using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: n concepts, h x w latent grid

/// <summary>A picture in one orientation: its posterior, and the concepts' masks and features.</summary>
/// <param name="Posterior">(1,4,h,w) the autoencoder's posterior of the picture.</param>
/// <param name="Masks">(n,h,w), 0 or 1.</param>
/// <param name="Features">(n,h,w), not negative.</param>
sealed record EncodedPicture(Posterior Posterior, Tensor Masks, Tensor Features) : IDisposable
{
    public void Dispose()
    {
        Posterior.Dispose();
        Masks.Dispose();
        Features.Dispose();
    }
}

/// <summary>A picture as it is and mirrored left-right, each encoded once.</summary>
/// <param name="Upright">The picture as it is.</param>
/// <param name="Mirrored">The mirrored picture.</param>
sealed record TrainingView(EncodedPicture Upright, EncodedPicture Mirrored) : IDisposable
{
    public void Dispose()
    {
        Upright.Dispose();
        Mirrored.Dispose();
    }
}

/// <summary>What tokens are learned from: the picture and, if the settings ask for them, close-ups of its concepts.</summary>
sealed class LearningTarget : IDisposable
{
    LearningTarget(TrainingView whole, IReadOnlyList<TrainingView> closeUps) => (Whole, CloseUps) = (whole, closeUps);

    /// <summary>The picture with all its concepts.</summary>
    public TrainingView Whole { get; }

    /// <summary>One close-up per concept, with this concept only; empty if there are no close-ups.</summary>
    public IReadOnlyList<TrainingView> CloseUps { get; }

    /// <summary>Number of concepts n, 1 or more.</summary>
    public int Concepts => (int)Whole.Upright.Masks.shape[0];

    /// <summary>Encodes a picture and, if asked for, a close-up of each concept.</summary>
    /// <param name="model">The checkpoint, whose autoencoder is used.</param>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="concepts">The located concepts, 1 or more, on the latent grid of the picture.</param>
    /// <param name="maskMargin">How far masks are widened, as a share of the picture's longer side, 0 to 1.</param>
    /// <param name="closeUps">How close-ups are made; null for none.</param>
    public static LearningTarget FromPicture(
        StableDiffusion model, Tensor picture, IReadOnlyList<LocatedConcept> concepts, double maskMargin, CloseUpSettings? closeUps)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var grid = concepts[0].Mask.Grid;
        var masks = Stack(concepts.Select(c => tensor([.. c.Mask.Cells.Select(set => set ? 1f : 0f)])), grid, model.Device);
        var features = Stack(concepts.Select(c => tensor(c.Feature)), grid, model.Device);
        var margin = (int)Math.Round(maskMargin * Math.Max(grid.Height, grid.Width));
        var alone = closeUps is null ? [] : Enumerable.Range(0, concepts.Count)
            .Select(i => CloseUp.Of(picture, masks, features, i, closeUps.Fill)).ToList();
        return new LearningTarget(
            ViewOf(model, picture, Widened(masks, margin), features),
            [.. alone.Select(closeUp => ViewOf(model, closeUp.Picture, Widened(closeUp.Mask, margin), closeUp.Feature))]);
    }

    // (n,h,w): sets every cell that is at most this many rows and columns from a set one.
    internal static Tensor Widened(Tensor masks, int cells) =>
        cells == 0
            ? masks
            : nn.functional.max_pool2d(masks.unsqueeze(1), [2 * cells + 1, 2 * cells + 1], [1, 1], [cells, cells]).squeeze(1);

    /// <summary>Encodes a picture, without close-ups. Masks and features are (n,h,w), on the model's device.</summary>
    public static LearningTarget FromMasks(StableDiffusion model, Tensor picture, Tensor masks, Tensor features) =>
        new(ViewOf(model, picture, masks, features), []);

    /// <summary>
    /// Makes a target from the posteriors (1,4,h,w) of both orientations, without close-ups. Masks and features, (n,h,w), are those of the
    /// upright picture. The target disposes of the posteriors.
    /// </summary>
    public static LearningTarget FromPosteriors(Posterior upright, Posterior mirrored, Tensor masks, Tensor features) =>
        new(ViewOf(upright, mirrored, masks, features), []);

    static TrainingView ViewOf(StableDiffusion model, Tensor picture, Tensor masks, Tensor features)
    {
        using var noGrad = no_grad();
        using var mirror = picture.flip(3);
        return ViewOf(model.Vae.Encode(picture), model.Vae.Encode(mirror), masks, features);
    }

    static TrainingView ViewOf(Posterior upright, Posterior mirrored, Tensor masks, Tensor features)
    {
        using var noGrad = no_grad();
        return new TrainingView(
            new EncodedPicture(Detached(upright), masks.clone().DetachFromDisposeScope(), features.clone().DetachFromDisposeScope()),
            new EncodedPicture(Detached(mirrored), masks.flip(2).DetachFromDisposeScope(), features.flip(2).DetachFromDisposeScope()));
    }

    static Posterior Detached(Posterior posterior)
    {
        posterior.Mean.DetachFromDisposeScope();
        posterior.LogVariance.DetachFromDisposeScope();
        return posterior;
    }

    static Tensor Stack(IEnumerable<Tensor> maps, Grid grid, Device device) =>
        stack(maps.Select(map => map.view(grid.Height, grid.Width)), 0).to(device);

    public void Dispose()
    {
        Whole.Dispose();
        foreach (var closeUp in CloseUps) closeUp.Dispose();
    }
}
