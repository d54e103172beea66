using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

// Shapes: h x w latent grid, M text positions, E text width

/// <summary>Reads the attention of a frozen UNet on one picture, with an empty prompt (method 1).</summary>
/// <param name="model">The checkpoint whose UNet is evaluated.</param>
/// <param name="latent">(1,4,h,w) latent of the picture, without noise.</param>
/// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
sealed class AttentionReader(StableDiffusion model, Tensor latent, Action? onEvaluation = null)
{
    // Timesteps are given in thousandths of the schedule, whatever its length.
    const int Thousandths = 1000;

    /// <summary>The latent grid, h x w cells.</summary>
    public Grid Grid { get; } = Grid.Of(latent);

    /// <summary>
    /// Evaluates the UNet once, at t = 0 without noise, and returns the published maps: (hw,hw) self-attention of all layers, rows
    /// normalised to sum 1, and (r,c) cross-attention to the first end-of-text token (method 1, aggregate).
    /// </summary>
    public (Tensor Map, Tensor EndOfText) EveryLayer()
    {
        var (text, endOfText) = EmptyPrompt();
        using var map = new SelfAttentionMap(Grid, model.Device);
        using var words = new WordAttention(model.Unet, [[endOfText]], Grid);
        using (AttentionRecorder.Attach(model.Unet, site => !site.IsCross, (site, weights) => Add(map, site, weights)))
            Evaluate(latent, 0, text);
        var (self, toEndOfText) = (Normalized(map), words.Maps()[0, 0]);
        Finite.RequireUnet(model, toEndOfText);
        return (self, toEndOfText);
    }

    /// <summary>
    /// Returns the self-attention on the way up, one map per level (<see cref="AttentionSites.SelfDepths"/>), the finest first: (n,n) on a
    /// grid of n cells, the mean over layers, timesteps and noise draws, rows normalised to sum 1.
    /// </summary>
    /// <param name="cells">Minimum number of cells of a level's longer side; null for the finest level only.</param>
    /// <param name="timesteps">Timesteps in thousandths of the schedule, 0 to 999. At 0 no noise is added.</param>
    /// <param name="draws">Evaluations per timestep, each with its own noise; 1 or more.</param>
    /// <param name="noise">Source of the noise; not used at timestep 0.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<(Tensor Map, Grid Grid)> Levels(
        int? cells, IReadOnlyList<int> timesteps, int draws, INoiseSource noise, CancellationToken stop)
    {
        var (text, _) = EmptyPrompt();
        var levels = AttentionSites.SelfDepths(model.Unet, Grid, cells)
            .ToDictionary(depth => depth, depth => new SelfAttentionMap(AttentionSites.GridAt(depth, Grid), model.Device));
        try
        {
            using (AttentionRecorder.Attach(model.Unet,
                site => !site.IsCross && site.Stage == UnetStage.Up && levels.ContainsKey(site.Depth),
                (site, weights) => Add(levels[site.Depth], site, weights)))
                foreach (var timestep in timesteps.SelectMany(
                    each => Enumerable.Repeat(each * model.Schedule.TrainTimesteps / Thousandths, draws)))
                {
                    stop.ThrowIfCancellationRequested();
                    using var each = NewDisposeScope();
                    Evaluate(timestep == 0
                        ? latent
                        : model.Schedule.AddNoise(latent, noise.Normal(latent.shape, model.Device), Timestep(timestep)), timestep, text);
                }
            return [.. levels.Select(level => (Normalized(level.Value), AttentionSites.GridAt(level.Key, Grid)))];
        }
        finally
        {
            foreach (var map in levels.Values) map.Dispose();
        }
    }

    // Rows normalised to sum 1.
    Tensor Normalized(SelfAttentionMap map)
    {
        var mean = SelfAttentionMap.NormalizeRows(map.Mean());
        Finite.RequireUnet(model, mean);
        return mean;
    }

    /// <summary>Adds the mean over heads of one layer's weights (1,H,N,N) to a map.</summary>
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

    /// <summary>Returns the text conditioning of the empty prompt, and the position of its first end-of-text token.</summary>
    (TextConditioning Text, long EndOfText) EmptyPrompt()
    {
        var prompts = new PromptEncoder(model.Texts, []);
        var text = prompts.Encode("");
        Finite.RequireText(model, text);
        return (text, prompts.Tokenize("").EndOfText);
    }
}
