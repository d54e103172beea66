using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: H x W pixels

/// <summary>Locates the concepts of a picture from the attention of a frozen Stable Diffusion, with an empty prompt (method 1).</summary>
/// <param name="model">The checkpoint whose autoencoder and UNet are used.</param>
/// <param name="settings">The settings, which choose the locator.</param>
/// <param name="seed">Seed of the random numbers that the locator draws itself, for example the first centers of k-means.</param>
sealed class ConceptLocator(StableDiffusion model, LocatingSettings settings, long seed)
{
    readonly ILocator locator = settings.NewLocator(seed);

    /// <summary>Returns the number of UNet evaluations that one picture takes.</summary>
    /// <param name="given">True if the masks are given (<see cref="Describe"/>), false to search for them (<see cref="Locate"/>).</param>
    public int Evaluations(bool given) => locator.Evaluations(given);

    /// <summary>Locates the concepts.</summary>
    /// <param name="picture">(1,3,H,W) pixels in [-1,1].</param>
    /// <param name="original">The same picture at its own size, for masks in pixels.</param>
    /// <param name="noise">Source of noise, drawn first for the posterior sample, then for every noised latent.</param>
    /// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    /// <returns>The concepts; none if the prominence is below <see cref="LocatingSettings.MinProminence"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Locate(Tensor picture, RgbImage original, INoiseSource noise, Action? onEvaluation = null,
        CancellationToken stop = default) =>
        Look(picture, original, noise, (map, reader) => StandsOut(map, original, reader, noise, stop) ? locator.Find(map, original) : [],
            onEvaluation, stop);

    /// <summary>
    /// Reads feature and saliency of concepts whose masks are given. Attention is read as in <see cref="Locate"/>, but nothing is searched
    /// for.
    /// </summary>
    /// <param name="picture">(1,3,H,W) pixels in [-1,1].</param>
    /// <param name="original">The same picture at its own size.</param>
    /// <param name="masks">The masks in pixels, of any size, none of them empty. Masks may overlap.</param>
    /// <param name="noise">Source of noise, drawn first for the posterior sample, then for every noised latent.</param>
    /// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    /// <returns>One concept per mask, in the order of the masks.</returns>
    /// <exception cref="ArgumentException">There are no masks, or one is empty.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Describe(
        Tensor picture, RgbImage original, IReadOnlyList<Mask> masks, INoiseSource noise, Action? onEvaluation = null,
        CancellationToken stop = default) =>
        Look(picture, original, noise, (map, _) =>
            [.. MaskedConcepts.Of([.. masks.Select(mask => GridMask.Of(mask, map.Grid))], map)
                .Zip(masks, (concept, mask) => concept with { FineMask = mask })], onEvaluation, stop);

    bool StandsOut(CellMap map, RgbImage original, AttentionReader reader, INoiseSource noise, CancellationToken stop) =>
        settings.MinProminence is not { } least || locator.ProminenceOf(map, original, reader, noise, stop) >= least;

    IReadOnlyList<LocatedConcept> Look(
        Tensor picture, RgbImage original, INoiseSource noise, Func<CellMap, AttentionReader, IReadOnlyList<LocatedConcept>> find,
        Action? onEvaluation, CancellationToken stop)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var posterior = model.Vae.Encode(picture);
        Finite.RequireVae(model, posterior.Mean);
        var latent = posterior.Sample(noise.Normal(posterior.Mean.shape, model.Device));
        stop.ThrowIfCancellationRequested();
        var reader = new AttentionReader(model, latent, onEvaluation);
        return find(locator.Read(reader, original, noise, stop), reader);
    }
}
