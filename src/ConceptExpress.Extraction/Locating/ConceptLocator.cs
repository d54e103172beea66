using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: H x W pixels, h x w latent grid, M text positions, E text width

/// <summary>Finds the concepts of a picture from what a frozen Stable Diffusion attends to, with an empty prompt (method 1).</summary>
public sealed class ConceptLocator(StableDiffusion model, ExtractionSettings settings)
{
    /// <summary>How often the UNet will be evaluated.</summary>
    public static int Evaluations(ExtractionSettings settings) =>
        settings.Localization == LocalizationMethod.EndOfText ? 1 : settings.LocalizationTimesteps.Count * settings.LocalizationDraws;

    /// <summary>Finds the concepts; there is always at least one.</summary>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="noise">For the posterior sample first, then for every noised latent.</param>
    /// <param name="onEvaluation">Called with the number of UNet evaluations done.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    public IReadOnlyList<LocatedConcept> Locate(Tensor picture, INoiseSource noise, Action<int>? onEvaluation = null, CancellationToken stop = default)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var latent = LatentOf(picture, noise, stop);
        var grid = GridOf(latent);
        if (settings.Localization == LocalizationMethod.EndOfText)
            return MostSalient(PaperLocator.Locate(EveryLayer(latent, onEvaluation, out var saliency), saliency, grid, PaperSettings).Concepts);
        var (finest, coarser) = FinestLayers(latent, noise, onEvaluation, stop);
        return ExpressLocator.Locate(finest, grid, ExpressSettings, coarser).Concepts;
    }

    /// <summary>What is known of concepts whose places are given: attention is read as for finding them, but nothing is looked for.</summary>
    /// <param name="picture">(1,3,H,W) in [-1,1].</param>
    /// <param name="masks">On the latent grid, none empty; they may overlap.</param>
    /// <param name="noise">For the posterior sample first, then for every noised latent.</param>
    /// <param name="onEvaluation">Called with the number of UNet evaluations done.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>A concept per mask, in their order.</returns>
    /// <exception cref="ArgumentException">There are no masks, one is empty, or one is not on the latent grid.</exception>
    public IReadOnlyList<LocatedConcept> Describe(
        Tensor picture, IReadOnlyList<GridMask> masks, INoiseSource noise, Action<int>? onEvaluation = null, CancellationToken stop = default)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var latent = LatentOf(picture, noise, stop);
        var grid = GridOf(latent);
        if (settings.Localization == LocalizationMethod.EndOfText)
            return MaskedConcepts.Of(masks, EveryLayer(latent, onEvaluation, out var saliency), saliency, grid);
        var (map, _) = FinestLayers(latent, noise, onEvaluation, stop);
        return MaskedConcepts.Of(masks, map, BorderSaliency.Of(map, grid, ExpressSettings.BorderWalks), grid);
    }

    PaperLocatorSettings PaperSettings => new()
    {
        PreClustering = settings.PreClustering, KMeansClusters = settings.KMeansClusters, Seed = settings.Seed,
        MinScore = settings.SaliencyFilter ? new PaperLocatorSettings().MinScore : double.NegativeInfinity,
    };

    // Clusters tell things apart already; cutting them, too, was measured to make precision worse.
    ExpressLocatorSettings ExpressSettings => (settings.Localization == LocalizationMethod.BorderClusters
        ? new ExpressLocatorSettings { Unit = ForegroundUnit.Cluster, MostCut = 0 }
        : new ExpressLocatorSettings()) with
    {
        MinConcepts = settings.MinConcepts,
        MaxConcepts = settings.MaxConcepts > 0 ? settings.MaxConcepts : int.MaxValue,
    };

    IReadOnlyList<LocatedConcept> MostSalient(IReadOnlyList<LocatedConcept> concepts)
    {
        if (settings.MaxConcepts == 0 || concepts.Count <= settings.MaxConcepts) return concepts;
        var kept = concepts.OrderByDescending(c => c.Saliency).Take(settings.MaxConcepts).ToHashSet();
        return [.. concepts.Where(kept.Contains)];
    }

    /// <summary>The published map: all self-attention layers at t = 0 without noise, (hw,hw); and the saliency of the first end-of-text token.</summary>
    Tensor EveryLayer(Tensor latent, Action<int>? onEvaluation, out float[] saliency)
    {
        var grid = GridOf(latent);
        var (text, endOfText) = EmptyPrompt();
        using var map = new SelfAttentionMap(grid, model.Device);
        using var words = new WordAttention(model.Unet, [endOfText], grid.Height, grid.Width);
        using (AttentionRecorder.Attach(model.Unet, site => !site.IsCross, (site, weights) => Add(map, site, weights, grid)))
            Evaluate(latent, 0, text);
        onEvaluation?.Invoke(1);
        saliency = SaliencyMap.Of(words.Maps()[0, 0], grid);
        return SelfAttentionMap.NormalizeRows(map.Mean());
    }

    /// <summary>The maps of the finest self-attention layers, (hw,hw), and of those of the next resolution, if there are any; averaged over timesteps and noises.</summary>
    (Tensor Finest, CoarserAttention? Coarser) FinestLayers(Tensor latent, INoiseSource noise, Action<int>? onEvaluation, CancellationToken stop)
    {
        var grid = GridOf(latent);
        var (text, _) = EmptyPrompt();
        var (isFinest, isCoarser) = (AttentionSites.FinestSelf(model.Unet), AttentionSites.CoarserSelf(model.Unet));
        GridSize? below = model.Unet.AttentionLayers.Where(layer => isCoarser(layer.Site)).Select(layer => (GridSize?)GridAt(layer.Site, grid)).FirstOrDefault();
        using var finest = new SelfAttentionMap(grid, model.Device);
        using var coarser = below is { } side ? new SelfAttentionMap(side, model.Device) : null;
        using (AttentionRecorder.Attach(model.Unet, site => isFinest(site) || isCoarser(site), (site, weights) => Add(isFinest(site) ? finest : coarser!, site, weights, grid)))
        {
            var done = 0;
            foreach (var timestep in settings.LocalizationTimesteps)
                for (var draw = 0; draw < settings.LocalizationDraws; draw++)
                {
                    stop.ThrowIfCancellationRequested();
                    using var each = NewDisposeScope();
                    Evaluate(timestep == 0 ? latent : model.Schedule.AddNoise(latent, noise.Normal(latent.shape, model.Device), Timestep(timestep)), timestep, text);
                    onEvaluation?.Invoke(++done);
                }
        }
        return (SelfAttentionMap.NormalizeRows(finest.Mean()), coarser is null ? null : new CoarserAttention(SelfAttentionMap.NormalizeRows(coarser.Mean()), below!.Value));
    }

    Tensor LatentOf(Tensor picture, INoiseSource noise, CancellationToken stop)
    {
        using var posterior = model.Vae.Encode(picture);
        var latent = posterior.Sample(noise.Normal(posterior.Mean.shape, model.Device));
        stop.ThrowIfCancellationRequested();
        return latent;
    }

    /// <summary>Adds one layer's weights (1,H,N,N), averaged over the heads.</summary>
    static void Add(SelfAttentionMap map, AttentionSite site, Tensor weights, GridSize grid)
    {
        using var mean = weights[0].mean([0]);
        map.Add(mean, GridAt(site, grid));
    }

    void Evaluate(Tensor latent, long timestep, Tensor text)
    {
        using var scope = NewDisposeScope();
        model.Unet.call(latent, Timestep(timestep), text);
    }

    Tensor Timestep(long timestep) => full([1], timestep, dtype: int64, device: model.Device);

    static GridSize GridAt(AttentionSite site, GridSize grid) => new((int)AttentionSites.SideAt(site.Depth, grid.Height), (int)AttentionSites.SideAt(site.Depth, grid.Width));

    static GridSize GridOf(Tensor latent) => new((int)latent.shape[2], (int)latent.shape[3]);

    /// <summary>The empty prompt's text (1,M,E), and the position of its first end-of-text token.</summary>
    (Tensor Text, long EndOfText) EmptyPrompt()
    {
        var prompts = new PromptEncoder(model, []);
        return (prompts.Encode(""), prompts.Tokenize("").EndOfText);
    }
}
