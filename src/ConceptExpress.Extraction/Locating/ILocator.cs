using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Attention and saliency of a picture's cells, as a locator has read them.</summary>
/// <param name="Grid">The latent grid, h x w cells.</param>
/// <param name="Attention">(hw, hw) self-attention, fp32, rows normalised to sum 1.</param>
/// <param name="Saliency">How much each cell stands out, 0 or more.</param>
/// <param name="Pooled">
/// The same on the coarser grid on which the locator tells things apart; null if it does so on this one.
/// </param>
sealed record CellMap(Grid Grid, Tensor Attention, float[] Saliency, CellMap? Pooled = null);

/// <summary>
/// A way to locate concepts. To add one, implement this interface and derive a record from <see cref="LocatingSettings"/> that creates the
/// locator. No other code depends on which locators exist.
/// </summary>
interface ILocator
{
    /// <summary>Returns the number of UNet evaluations that one picture takes.</summary>
    /// <param name="given">True if the masks are given, so nothing is searched for.</param>
    int Evaluations(bool given);

    /// <summary>Reads the picture's attention. If masks are given, their features and saliency are computed from it.</summary>
    /// <param name="reader">Reads the attention of the picture.</param>
    /// <param name="picture">The picture at its own size.</param>
    /// <param name="noise">Source of noise for noised latents.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    CellMap Read(AttentionReader reader, RgbImage picture, INoiseSource noise, CancellationToken stop);

    /// <summary>
    /// Returns the prominence: how many times more the foreground stands out than other parts of the picture, 0 or more
    /// (<see cref="LocatingSettings.MinProminence"/>).
    /// </summary>
    /// <param name="map">The result of <see cref="Read"/> for the same picture.</param>
    /// <param name="picture">The picture at its own size.</param>
    /// <param name="reader">Reads the attention of the picture, if more than <paramref name="map"/> is needed.</param>
    /// <param name="noise">Source of noise for noised latents.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    double ProminenceOf(CellMap map, RgbImage picture, AttentionReader reader, INoiseSource noise, CancellationToken stop);

    /// <summary>Finds the concepts, at least one.</summary>
    /// <param name="map">The result of <see cref="Read"/>.</param>
    /// <param name="picture">The picture at its own size.</param>
    IReadOnlyList<LocatedConcept> Find(CellMap map, RgbImage picture);
}
