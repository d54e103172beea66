using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// Begins a larger model with the weights of a smaller one: its UNet may have more levels, which are added at the finer end, and its
/// vocabulary more words. So a level of 32 cells of the smaller one stays a level of 32 cells. What the smaller one lacks is random, but a
/// new level at first only passes things on: every second cell down, each cell twice up.
/// </summary>
/// <param name="from">The smaller checkpoint's folder, in the diffusers layout.</param>
/// <param name="to">The larger checkpoint's folder; only its configurations and its tokenizer are read.</param>
sealed class Growth(string from, string to)
{
    const string DownBlocks = "down_blocks.", Table = "text_model.embeddings.token_embedding.weight";

    static readonly string[] PassingOn = [".downsamplers.", ".upsamplers.", ".conv_shortcut."];

    readonly int newLevels = Levels(to) - Levels(from);
    readonly IReadOnlyDictionary<string, long> oldTokens = Tokens(from), newTokens = Tokens(to);

    /// <summary>Sets the weights of one part.</summary>
    /// <param name="part"><c>unet</c> or <c>text_encoder</c>.</param>
    /// <param name="module">That part of the larger model.</param>
    /// <param name="random">Draws the weights that the smaller model lacks.</param>
    /// <exception cref="CheckpointException">
    /// The part is missing or damaged, or has a tensor that has no place of the same shape in the larger model; the message names it.
    /// </exception>
    public void Fill(string part, nn.Module module, RandomStream random)
    {
        if (newLevels == 0 && oldTokens.SequenceEqual(newTokens))
        {
            CheckpointPart.Read(from, part, module);
            return;
        }
        Initialisation.Fill(module, random);
        using var quiet = no_grad();
        using var weights = WeightFiles.Open(Path.Combine(from, part));
        var left = weights.Names.Where(name => !WeightNames.IsPositionIds(name)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, target) in module.state_dict())
        {
            using var scope = NewDisposeScope();
            if (Origin(name) is { } origin && left.Contains(origin) && Fits(name, weights[origin].Shape, target.shape))
            {
                left.Remove(origin);
                if (name == Table) FillTable(weights.Read(origin), target);
                else target.copy_(weights.Read(origin));
            }
            else if (PassingOn.Any(layer => name.Contains(layer, StringComparison.Ordinal))) PassOn(target);
        }
        if (left.Count > 0)
            throw new CheckpointException(
                $"{weights.Path} does not fit into the model to be trained: {left.Order(StringComparer.Ordinal).First()} has no place "
                + "of its shape there; start from a checkpoint that toybox train made.");
    }

    // The table of a larger vocabulary has more rows.
    static bool Fits(string name, long[] shape, long[] needed) =>
        name == Table ? shape.Length == 2 && shape[1] == needed[1] : shape.SequenceEqual(needed);

    void FillTable(Tensor old, Tensor target)
    {
        foreach (var (token, row) in newTokens)
            if (oldTokens.TryGetValue(token, out var known)) target[row].copy_(old[known]);
    }

    // A convolution's result is its input; of more inputs than outputs, the first ones, which come from the coarser level.
    static void PassOn(Tensor target)
    {
        target.zero_();
        if (target.dim() < 4) return; // the bias
        var middle = target.shape[2] / 2;
        target.select(3, middle).select(2, middle).narrow(1, 0, target.shape[0]).copy_(eye(target.shape[0]));
    }

    // The name of a tensor in the smaller model. On the way up, levels are numbered from the coarsest on, so their names stay.
    string? Origin(string name)
    {
        if (!name.StartsWith(DownBlocks, StringComparison.Ordinal)) return name;
        var parts = name.Split('.', 3);
        var level = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) - newLevels;
        return level < 0 ? null : $"{DownBlocks}{level}.{parts[2]}";
    }

    static int Levels(string checkpoint) => ConfigCheck.Read<UnetConfig>(Path.Combine(checkpoint, "unet", "config.json")).Levels;

    static Dictionary<string, long> Tokens(string checkpoint) =>
        ConfigCheck.Read<Dictionary<string, long>>(Path.Combine(checkpoint, "tokenizer", "vocab.json"));
}
