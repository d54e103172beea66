using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Pages;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Pages;

/// <summary>Made-up extractions with everything that a page can show.</summary>
static class SampleReports
{
    /// <summary>A name that would run scripts if a page did not escape it.</summary>
    public const string Hostile = "\"><script>document.title='broken'</script><img src=x onerror=alert(1)>'&.png";

    public static ExtractionReport Full(string image = "toys.png") => Reports.Learned(image: image) with
    {
        Settings = ExtractionSettings.Express with { Seed = 7, Resolution = 96 },
        WordMaps = [Map(0), Map(1)],
        Namings =
        [
            new ConceptNaming("ball", new Dictionary<string, IReadOnlyList<NearWord>>
            { ["embedding"] = [new("ball", 0.8), new("sphere", 0.7)] }),
            new ConceptNaming(null, new Dictionary<string, IReadOnlyList<NearWord>> { ["text"] = [new("<i>cup</i>", 0.6)] }),
        ],
        Warnings = ["the picture is cut off"],
    };

    /// <summary>A photograph of 12 megapixels with eight concepts and many previews.</summary>
    public static ExtractionReport Large()
    {
        var report = Full();
        var concepts = Enumerable.Range(0, 8).Select(i => report.Learned!.Concepts[i % 2]).ToList();
        var drawn = Photo(new PixelSize { Width = 512, Height = 512 });
        return report with
        {
            Image = new DecodedImage(Photo(new PixelSize { Width = 4000, Height = 3000 }), new string('a', 64)),
            Located = [.. concepts.Select(concept => concept.Location)],
            Learned = new ConceptSet(concepts, null),
            Previews = report.Previews! with
            { OfConcepts = [.. concepts.Select(_ => Enumerable.Repeat(drawn, 10).ToList())], Joint = drawn },
            WordMaps = [.. concepts.Select((_, i) => Map(i % 2))],
            Namings = null,
        };
    }

    /// <summary>Samples after the passes 5, 10 and 15, as files.</summary>
    public static IReadOnlyList<string> Samples(TemporaryFolder folder) => [.. new[] { 5, 10, 15 }.Select(pass =>
    {
        var path = folder[$"pass-{pass:00000}.png"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PngFile.Write(path, PictureGrid.Of([Photo(PixelSize.Square(64)), Photo(PixelSize.Square(64))]));
        return path;
    })];

    /// <summary>The page of a report, as it is written into a folder.</summary>
    public static string Page(ExtractionReport report) => ReportPage.Of(ConceptFolderWriter.Manifest(report), report);

    static AttentionMap Map(int brightest) => new(Grid.Square(4), [.. Enumerable.Range(0, 16).Select(i => i == brightest ? 1f : 0.25f)]);

    // Smooth light with some grain, as photographs have.
    static RgbImage Photo(PixelSize size)
    {
        var (random, pixels) = (new Random(1), new byte[3 * size.Area]);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(120 + 80 * Math.Sin(i / 3 % size.Width / 90.0) * Math.Cos(i / 3 / size.Width / 70.0) + random.Next(-9, 10));
        return new RgbImage(size, pixels);
    }
}
