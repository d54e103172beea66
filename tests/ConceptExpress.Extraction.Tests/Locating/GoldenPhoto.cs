using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>A photo of the golden suite, located once by our code.</summary>
sealed partial class GoldenPhoto
{
    static readonly Lazy<IReadOnlyList<GoldenPhoto>> located = new(() => [.. Files().Select(path => new GoldenPhoto(path))]);

    GoldenPhoto(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        Golden = SafeTensorsFile.Open(path);
        var shape = Golden["masks"].Shape;
        Grid = new GridSize((int)shape[1], (int)shape[2]);
        Aggregated = Golden.Contains("input/map") ? Golden.Read("input/map", ScalarType.Float32) : AggregateFeatures();
        Map = SelfAttentionMap.NormalizeRows(Aggregated);
        using var attention = Golden.Read(Golden.Names.Single(name => name.StartsWith("input/eot_", StringComparison.Ordinal)));
        (Concepts, Trace) = PaperLocator.Locate(Map, SaliencyMap.Of(attention, Grid), Grid);
    }

    /// <summary>All photos; skips the test where there is none.</summary>
    public static IReadOnlyList<GoldenPhoto> All
    {
        get
        {
            var folder = TestFolders.Golden("localization");
            Xunit.Assert.SkipWhen(located.Value.Count == 0, $"{folder} has no photographs");
            return located.Value;
        }
    }

    public string Name { get; }

    public SafeTensorsFile Golden { get; }

    public GridSize Grid { get; }

    /// <summary>(hw, hw), rows as aggregated.</summary>
    public Tensor Aggregated { get; }

    /// <summary>(hw, hw), rows normalised.</summary>
    public Tensor Map { get; }

    public IReadOnlyList<LocatedConcept> Concepts { get; }

    public PaperTrace Trace { get; }

    /// <summary>The chosen level's cluster of each cell.</summary>
    public int[] GoldenPartition => Golden.Column("finch1/partitions", Golden.Ints("chosen_level")[0]);

    static IEnumerable<string> Files()
        => Directory.GetFiles(TestFolders.Golden("localization"), "*.safetensors").Order(StringComparer.Ordinal).Where(HasPhoto);

    static bool HasPhoto(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return file.Contains("masks");
    }

    /// <summary>Layers go down from the finest resolution, through the coarsest once, and up again.</summary>
    Tensor AggregateFeatures()
    {
        int[] resolutions = [.. Golden.Names.Select(name => Features().Match(name)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].Value)).OrderDescending()];
        using var map = new SelfAttentionMap(Grid);
        foreach (var (resolution, layers) in resolutions.Select((r, i) => (r, i < resolutions.Length - 1 ? 2 : 1)))
        {
            using var attention = Attention(resolution);
            for (var layer = 0; layer < layers; layer++) map.Add(attention, new GridSize(resolution, resolution));
        }
        return map.Mean();
    }

    /// <summary>exp(-|f_i - f_j|^2 / 2) + 1e-4 in double, rows normalised.</summary>
    Tensor Attention(int resolution)
    {
        using var scope = NewDisposeScope();
        var features = Golden.Read($"input/features_{resolution}", ScalarType.Float64);
        var squares = zeros(features.shape[0], features.shape[0], float64);
        foreach (var feature in features.unbind(1))
            using (var difference = feature.unsqueeze(1) - feature.unsqueeze(0))
                squares.addcmul_(difference, difference, 1);
        var attention = squares.mul_(-0.5).exp_().add_(1e-4);
        return attention.div_(attention.sum(1, keepdim: true)).to_type(float32).MoveToOuterDisposeScope();
    }

    [GeneratedRegex(@"^input/features_(\d+)$")]
    private static partial Regex Features();
}
