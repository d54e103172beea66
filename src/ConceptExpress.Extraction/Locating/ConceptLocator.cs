using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: H x W pixels

/// <summary>Finds the concepts of a picture from what a frozen Stable Diffusion attends to, with an empty prompt (method 1).</summary>
/// <param name="model">The checkpoint.</param>
/// <param name="settings">How they are found.</param>
/// <param name="seed">Of what the locator draws at random.</param>
public sealed class ConceptLocator(StableDiffusion model, LocatingSettings settings, long seed)
{
    readonly ILocator locator = settings.NewLocator(seed);

    /// <summary>How often the UNet will be evaluated.</summary>
    /// <param name="given">Whether the masks are given.</param>
    public int Evaluations(bool given) => locator.Evaluations(given);

    /// <summary>Finds the concepts; none where nothing stands out.</summary>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="noise">For the posterior sample first, then for every noised latent.</param>
    /// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    public IReadOnlyList<LocatedConcept> Locate(Tensor picture, INoiseSource noise, Action? onEvaluation = null, CancellationToken stop = default) =>
        Look(picture, noise, (map, reader) => StandsOut(map, reader, noise, stop) ? locator.Find(map) : [], onEvaluation, stop);

    /// <summary>What is known of concepts whose places are given: attention is read as for finding them, but nothing is looked for.</summary>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="masksOn">Gives the masks on the latent grid, none empty; they may overlap.</param>
    /// <param name="noise">For the posterior sample first, then for every noised latent.</param>
    /// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>A concept per mask, in their order.</returns>
    /// <exception cref="ArgumentException">There are no masks, one is empty, or one is not on the latent grid.</exception>
    public IReadOnlyList<LocatedConcept> Describe(
        Tensor picture, Func<Grid, IReadOnlyList<GridMask>> masksOn, INoiseSource noise, Action? onEvaluation = null, CancellationToken stop = default) =>
        Look(picture, noise, (map, _) => MaskedConcepts.Of(masksOn(map.Grid), map), onEvaluation, stop);

    bool StandsOut(CellMap map, AttentionReader reader, INoiseSource noise, CancellationToken stop) =>
        settings.MinProminence is not { } least || locator.ProminenceOf(map, reader, noise, stop) >= least;

    IReadOnlyList<LocatedConcept> Look(
        Tensor picture, INoiseSource noise, Func<CellMap, AttentionReader, IReadOnlyList<LocatedConcept>> find, Action? onEvaluation, CancellationToken stop)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var posterior = model.Vae.Encode(picture);
        var latent = posterior.Sample(noise.Normal(posterior.Mean.shape, model.Device));
        stop.ThrowIfCancellationRequested();
        var reader = new AttentionReader(model, latent, onEvaluation);
        return find(locator.Read(reader, noise, stop), reader);
    }
}
