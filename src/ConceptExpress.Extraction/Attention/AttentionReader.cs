using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

// Shapes: h x w latent grid, M text positions, E text width

/// <summary>Self-attention of coarser layers than the finest.</summary>
/// <param name="Map">(h'w', h'w'), rows normalised to sum 1.</param>
/// <param name="Grid">The h' x w' cells.</param>
public sealed record CoarserAttention(Tensor Map, Grid Grid);

/// <summary>Reads what a frozen UNet attends to in a picture, with an empty prompt (method 1).</summary>
/// <param name="model">The checkpoint.</param>
/// <param name="latent">(1,4,h,w) of the picture.</param>
/// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
public sealed class AttentionReader(StableDiffusion model, Tensor latent, Action? onEvaluation = null)
{
    // Timesteps are told in thousandths of the schedule, whatever its length.
    const int Thousandths = 1000;

    /// <summary>The latent's cells.</summary>
    public Grid Grid { get; } = Grid.Of(latent);

    /// <summary>The published map: all self-attention layers at t = 0 without noise, (hw,hw); and the attention to the first end-of-text token, (r,c).</summary>
    public (Tensor Map, Tensor EndOfText) EveryLayer()
    {
        var (text, endOfText) = EmptyPrompt();
        using var map = new SelfAttentionMap(Grid, model.Device);
        using var words = new WordAttention(model.Unet, [[endOfText]], Grid);
        using (AttentionRecorder.Attach(model.Unet, site => !site.IsCross, (site, weights) => Add(map, site, weights))) Evaluate(latent, 0, text);
        return (SelfAttentionMap.NormalizeRows(map.Mean()), words.Maps()[0, 0]);
    }

    /// <summary>The maps of the finest self-attention layers, (hw,hw), and of those of the next resolution, if there are any; averaged over timesteps and noises.</summary>
    /// <param name="timesteps">In thousandths of the schedule; 0 is the clean latent.</param>
    /// <param name="draws">Noises per timestep.</param>
    /// <param name="noise">Gives them.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    public (Tensor Finest, CoarserAttention? Coarser) FinestLayers(IReadOnlyList<int> timesteps, int draws, INoiseSource noise, CancellationToken stop)
    {
        var (text, _) = EmptyPrompt();
        var (isFinest, isCoarser) = (AttentionSites.FinestSelf(model.Unet), AttentionSites.CoarserSelf(model.Unet));
        Grid? below = model.Unet.AttentionLayers.Where(layer => isCoarser(layer.Site)).Select(layer => (Grid?)GridAt(layer.Site)).FirstOrDefault();
        using var finest = new SelfAttentionMap(Grid, model.Device);
        using var coarser = below is { } side ? new SelfAttentionMap(side, model.Device) : null;
        using (AttentionRecorder.Attach(model.Unet, site => isFinest(site) || isCoarser(site), (site, weights) => Add(isFinest(site) ? finest : coarser!, site, weights)))
            foreach (var timestep in timesteps.SelectMany(each => Enumerable.Repeat(each * model.Schedule.TrainTimesteps / Thousandths, draws)))
            {
                stop.ThrowIfCancellationRequested();
                using var each = NewDisposeScope();
                Evaluate(timestep == 0 ? latent : model.Schedule.AddNoise(latent, noise.Normal(latent.shape, model.Device), Timestep(timestep)), timestep, text);
            }
        return (SelfAttentionMap.NormalizeRows(finest.Mean()), coarser is null ? null : new CoarserAttention(SelfAttentionMap.NormalizeRows(coarser.Mean()), below!.Value));
    }

    /// <summary>Adds one layer's weights (1,H,N,N), averaged over the heads.</summary>
    void Add(SelfAttentionMap map, AttentionSite site, Tensor weights)
    {
        using var mean = weights[0].mean([0]);
        map.Add(mean, GridAt(site));
    }

    void Evaluate(Tensor noisy, long timestep, TextConditioning text)
    {
        using (NewDisposeScope()) model.Unet.call(noisy, Timestep(timestep), text);
        onEvaluation?.Invoke();
    }

    Tensor Timestep(long timestep) => full([1], timestep, dtype: int64, device: model.Device);

    Grid GridAt(AttentionSite site) => AttentionSites.GridAt(site.Depth, Grid);

    /// <summary>What the UNet is told of the empty prompt, and the position of its first end-of-text token.</summary>
    (TextConditioning Text, long EndOfText) EmptyPrompt()
    {
        var prompts = new PromptEncoder(model.Texts, []);
        return (prompts.Encode(""), prompts.Tokenize("").EndOfText);
    }
}
