using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>What a locator has read of a picture.</summary>
/// <param name="Grid">The latent grid, h x w cells.</param>
/// <param name="Attention">(hw, hw) self-attention, fp32, rows normalised to sum 1.</param>
/// <param name="Saliency">Per cell, not negative; how much it stands out.</param>
/// <param name="Coarser">Attention of the next coarser layers, where the locator reads it and the checkpoint has some.</param>
public sealed record CellMap(Grid Grid, Tensor Attention, float[] Saliency, CoarserAttention? Coarser = null);

/// <summary>
/// A way to find concepts. A new one is a class that implements this, and a record of settings (<see cref="LocatingSettings"/>) that makes it; nothing else
/// asks which there are.
/// </summary>
public interface ILocator
{
    /// <summary>How often the UNet is evaluated.</summary>
    /// <param name="given">Whether the masks are given, so that nothing is looked for.</param>
    int Evaluations(bool given);

    /// <summary>Reads the picture's attention; also where masks are given, which then get features and saliency from it.</summary>
    /// <param name="reader">Of the picture.</param>
    /// <param name="noise">Gives noise for noised latents.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    CellMap Read(AttentionReader reader, INoiseSource noise, CancellationToken stop);

    /// <summary>How much anything stands out, in nats; see <see cref="LocatingSettings.MinProminence"/>.</summary>
    /// <param name="map">What <see cref="Read"/> gave.</param>
    /// <param name="reader">Of the picture.</param>
    /// <param name="noise">Gives noise for noised latents.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    double ProminenceOf(CellMap map, AttentionReader reader, INoiseSource noise, CancellationToken stop);

    /// <summary>Finds the concepts in what was read, at least one.</summary>
    IReadOnlyList<LocatedConcept> Find(CellMap map);
}
