using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

// Shapes: g x g' word grid, h x w latent grid, R vectors of all words, E width

/// <summary>How much each cell of a picture attends to something. Values of two maps are not comparable.</summary>
/// <param name="Grid">The grid of the map.</param>
/// <param name="Values">One value per cell, row by row from the top, 0 or more.</param>
sealed record AttentionMap(Grid Grid, float[] Values);

/// <summary>
/// Shows where learned words are seen in their picture: the cross-attention of the layers that the method reads
/// (<see cref="WordAttention"/>) when the UNet looks at the noised picture and reads <c>a photo of &lt;asset0&gt;</c>.
/// </summary>
static class WordMaps
{
    /// <summary>Evaluates the UNet once per word, in the middle of the noise schedule, with the same noise for all words.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="picture">(1,3,H,W) pixels in [-1,1].</param>
    /// <param name="words">The words; the prompt of each has room for all of its vectors.</param>
    /// <param name="seed">The seed of the noise, which has a stream of its own: nothing else changes by looking.</param>
    /// <param name="onEvaluation">Called after every evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>One map per word, in their order, on the grid of <see cref="AttentionSites.WordDepth"/>.</returns>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">
    /// The UNet has no word depth, or computes values that are not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IReadOnlyList<AttentionMap> Of(StableDiffusion model, Tensor picture, IReadOnlyList<ConceptWord> words, long seed,
        Action? onEvaluation = null, CancellationToken stop = default)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var noise = new RandomStream(seed, "word maps");
        using var posterior = model.Vae.Encode(picture);
        var latent = posterior.Sample(noise.Normal(posterior.Mean.shape, model.Device)); // (1,4,h,w)
        var timestep = full([1], model.Schedule.TrainTimesteps / 2, dtype: int64, device: model.Device);
        var noisy = model.Schedule.AddNoise(latent, noise.Normal(latent.shape, model.Device), timestep);

        var prompts = new PromptEncoder(model.Texts, words.Select(word => new Placeholder(word.Token, word.Vectors.Count)));
        float[] vectors = [.. words.SelectMany(word => word.Vectors).SelectMany(vector => vector)];
        var rows = tensor(vectors, device: model.Device).view(-1, model.WordWidth); // (R,E)
        var maps = new List<AttentionMap>();
        foreach (var word in words)
        {
            stop.ThrowIfCancellationRequested();
            using var each = NewDisposeScope();
            var prompt = PhotoPrompt.Of(word.Token);
            var positions = prompts.PositionsOf(word.Token, prompts.Tokenize(prompt));
            using var attention = new WordAttention(model.Unet, [positions], Grid.Of(latent));
            model.Unet.call(noisy, timestep, prompts.Encode(prompt, rows));
            var map = attention.Maps()[0, 0]; // (g,g')
            Finite.RequireUnet(model, map);
            maps.Add(new AttentionMap(Grid.Of(map), map.cpu().contiguous().data<float>().ToArray()));
            onEvaluation?.Invoke();
        }
        return maps;
    }
}
