using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Tests.Concepts;

/// <summary>Made-up extractions.</summary>
static class Reports
{
    const int GridSide = 8, Dimension = 16;
    static readonly PixelSize Size = new() { Width = 40, Height = 30 };

    /// <summary>Two concepts, a square left and a square right.</summary>
    public static ExtractionReport Learned(long seed = 7, string image = "toys.png")
    {
        var located = new[] { Located(0), Located(4) };
        var random = new Random((int)seed);
        var concepts = located.Select((place, i) =>
            new Concept(new ConceptWord($"<asset{i}>", [[.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)]]),
                place)).ToList();
        return LocatedOnly(image) with
        {
            Settings = ExtractionSettings.Express with { Seed = seed, Resolution = 96 },
            Learned = new ConceptSet(concepts, Losses(0.1, 2, 0.3, 0.4)),
            Previews = new PreviewSheet(new PreviewSettings { Count = 2 }, [[Plain(1), Plain(2)], [Plain(3), Plain(4)]], Plain(5)),
            Steps = Steps(20),
        };
    }

    public static ExtractionReport LocatedOnly(string image = "toys.png") => new()
    {
        ImageName = image,
        Image = new DecodedImage(Plain(90), new string('a', 64)),
        Model = new ModelRecord("toybox", "embedded:toybox", "sha256:" + new string('b', 64), "fp32"),
        Settings = ExtractionSettings.Express with { Resolution = 96 },
        Located = [Located(0), Located(4)],
        Run = new RunRecord("0.1.0", Machine.Describe("cpu", 2), DateTimeOffset.UtcNow,
            new Dictionary<string, double> { [Phases.Locate] = 1 }, Machine.PeakMemoryBytes()),
    };

    /// <summary>Steps whose first third learns split tokens, which alone have a contrast loss.</summary>
    public static StepLog Steps(int count)
    {
        var log = new StepLog();
        for (var i = 0; i < count; i++)
        {
            var (phase, contrast) = i < count / 3 ? (Phases.LearnSplitTokens, 0.4 / (1 + i)) : (Phases.LearnMergedTokens, (double?)null);
            log.Add(new OptimizerStepDone(phase, i / 2, i, "a photo of <asset0>",
                Losses(0.2 / (1 + 0.1 * i), 3 - i / (double)count, contrast, 0.25 / (1 + 0.1 * i)), 0.5));
        }
        return log;
    }

    public static LossValues Losses(double denoising, double alignment, double? contrast, double total) => new(
        [
            new("denoising", denoising), new("alignment", alignment),
            .. contrast is { } value ? [KeyValuePair.Create("contrast", value)] : Array.Empty<KeyValuePair<string, double>>(),
        ],
        total);

    static LocatedConcept Located(int left)
    {
        var cells = new bool[GridSide * GridSide];
        for (var y = 2; y < 6; y++)
            for (var x = left; x < left + 3; x++)
                cells[y * GridSide + x] = true;
        return new LocatedConcept(new GridMask(Grid.Square(GridSide), cells), 1.5 + left, new float[GridSide * GridSide]);
    }

    static RgbImage Plain(byte value) => new(Size, [.. Enumerable.Repeat(value, (int)(3 * Size.Area))]);
}
