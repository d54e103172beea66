using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>
/// The locator alone on photographs, with attention made of colour and place (docs/experiments/0037-masks-and-confidence.md). It says how
/// the rules cope with a picture that no toy is in, and nothing about a trained Stable Diffusion.
/// </summary>
public sealed class PhotographTests(ITestOutputHelper output) : IDisposable
{
    static readonly double[] reaches = [0.1, 0.2, 0.4], contrasts = [0.1, 0.2];

    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void OnPhotographs_MasksFollowThings_AtSomeWidths()
    {
        var photographs = Directory.GetDirectories(TestFolders.Photographs()).Order(StringComparer.Ordinal).Select(Read).ToList();
        var best = new double[photographs.Count];
        foreach (var reach in reaches)
            foreach (var contrast in contrasts)
            {
                var row = photographs.Select(photograph => Found(photograph.Picture, reach, contrast)).ToList();
                var ious = row.Zip(photographs, (found, photograph) => MeanBestIou(found, photograph.Masks)).ToList();
                for (var i = 0; i < best.Length; i++) best[i] = Math.Max(best[i], ious[i]);
                output.WriteLine($"reach {reach} contrast {contrast}: found {string.Join(' ', row.Select(found => found.Count))}, "
                    + $"mean best IoU {string.Join(' ', ious.Select(iou => iou.ToString("0.00")))}");
            }
        output.WriteLine($"best widths of each: {string.Join(' ', best.Select(iou => iou.ToString("0.00")))}");
        Assert.True(best.Average() > LeastBestIou, $"{best.Average()}");
    }

    // What was measured when the rules were chosen, less a little.
    const double LeastBestIou = 0.3;

    static (RgbImage Picture, IReadOnlyList<Mask> Masks) Read(string folder) =>
        (ImageReader.Read(Path.Combine(folder, "img.jpg")),
            [.. Directory.GetFiles(folder, "mask*.png").Order(StringComparer.Ordinal).Select(file => ImageReader.ReadMask(file))]);

    static List<Mask> Found(RgbImage picture, double reach, double contrast)
    {
        using var scope = NewDisposeScope();
        var (grid, locator) = (Grid.Square(24), new BorderLocator(new BorderLocating()));
        var map = locator.MapOf(PseudoAttention.Of(picture, grid, reach, contrast), grid);
        return [.. locator.Find(map, picture).Select(concept => concept.ToMask(picture.Size))];
    }

    static double MeanBestIou(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth) =>
        truth.Average(thing => found.Max(mask => mask.Iou(thing)));
}
