using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>The expected peak memory of a job, in bytes (docs/experiments/0032-estimates.md).</summary>
/// <param name="Weights">All weights of the checkpoint.</param>
/// <param name="Work">Results of layers in the phase that takes most.</param>
/// <param name="Runtime">.NET, libtorch, its buffers, and what allocators keep.</param>
sealed record MemoryEstimate(double Weights, double Work, double Runtime)
{
    // Measured: the process once libtorch has computed every kind of layer, and the share of freed memory that the allocator keeps.
    const double OfRuntime = 350e6, KeptShare = 0.15;

    // Results of layers that are not counted, such as temporary sums.
    const double MapsOfAttention = 5;
    const int MapBytes = sizeof(float);

    /// <summary>The peak.</summary>
    public long Peak => (long)(Weights + Work + Runtime);

    /// <summary>The peak of an extraction.</summary>
    /// <param name="shape">The checkpoint.</param>
    /// <param name="precision">The type that it computes in.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="previews">How previews are drawn; null if only places are located.</param>
    public static MemoryEstimate OfExtraction(CheckpointShape shape, ComputePrecision precision, ExtractionSettings settings,
        PreviewSettings? previews)
    {
        var pixels = settings.Resolution ?? shape.TrainedResolution;
        var side = pixels / shape.Vae.Downscale;
        var (unet, bytes) = (UnetCost.Of(shape.Unet, side, shape.Tokens), precision.Bytes());
        List<double> phases =
        [
            VaeCost.OfEncoding(shape.Vae, pixels).Live * precision.VaeBytes(),
            unet.Live * bytes + Recorded(shape, precision, settings.Locating, side),
        ];
        if (previews is not null)
        {
            var learning = settings.Learning;
            var text = TextCost.Of(shape.Text, shape.Tokens).Kept * precision.TextBytes();
            phases.Add(unet.Kept * bytes * Math.Min(learning.BatchSize, learning.AtOnce ?? learning.BatchSize) + text);
            if (learning.Start is BestWords { Search: var search })
                phases.Add(unet.Live * bytes * (side * side > search.LargeLatent ? search.Large : search.Small).AtOnce);
            if (previews.Count > 0) phases.Add(OfDrawing(shape, precision, shape.TrainedResolution));
        }
        return Of(shape, precision, phases);
    }

    /// <summary>The peak of drawing pictures, one after the other.</summary>
    /// <param name="shape">The checkpoint.</param>
    /// <param name="precision">The type that it computes in.</param>
    /// <param name="settings">The settings, of which only the size counts.</param>
    public static MemoryEstimate OfGeneration(CheckpointShape shape, ComputePrecision precision, GenerationSettings settings)
    {
        double Side(int? side) => side ?? shape.TrainedResolution;
        return Of(shape, precision, [OfDrawing(shape, precision, (int)Math.Sqrt(Side(settings.Width) * Side(settings.Height)))]);
    }

    static MemoryEstimate Of(CheckpointShape shape, ComputePrecision precision, IReadOnlyList<double> phases) =>
        new(shape.WeightBytes(precision), phases.Max(), OfRuntime + KeptShare * phases.Max());

    // With guidance, a picture is a batch of two.
    static double OfDrawing(CheckpointShape shape, ComputePrecision precision, int pixels) => Math.Max(
        2 * UnetCost.Of(shape.Unet, pixels / shape.Vae.Downscale, shape.Tokens).Live * precision.Bytes(),
        VaeCost.OfDecoding(shape.Vae, pixels).Live * precision.VaeBytes());

    // Weights of all heads of the largest layer that is recorded, and the maps of the locator, which are fp32.
    static double Recorded(CheckpointShape shape, ComputePrecision precision, LocatingSettings locating, int side)
    {
        var level = locating is PublishedLocating ? 0 : UnetCost.FinestLevel(shape.Unet);
        var bytes = shape.Unet.UpcastAttention == true ? Math.Max(MapBytes, precision.Bytes()) : precision.Bytes();
        return UnetCost.Recorded(shape.Unet, side, level) * bytes + MapsOfAttention * Math.Pow(side, 4) * MapBytes;
    }
}
