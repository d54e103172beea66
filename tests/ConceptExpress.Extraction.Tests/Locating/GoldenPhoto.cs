using System.Text.Json;
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
        Grid = new Grid { Width = (int)shape[2], Height = (int)shape[1] };
        IsSettled = Settled(Golden.Metadata);
        Aggregated = Golden.Contains("input/map") ? Golden.Read("input/map", ScalarType.Float32) : AggregateFeatures();
        Map = SelfAttentionMap.NormalizeRows(Aggregated);
        using var attention = Golden.Read(Golden.Names.Single(name => name.StartsWith("input/eot_", StringComparison.Ordinal)));
        (Concepts, Trace) = new PublishedLocator(new PublishedLocating(), seed: 0)
            .Locate(new CellMap(Grid, Map, SaliencyMap.Of(attention, Grid)));
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

    /// <summary>Those whose outcome rounding does not decide; skips the test where there is none.</summary>
    public static IReadOnlyList<GoldenPhoto> AllSettled
    {
        get
        {
            var settled = All.Where(photo => photo.IsSettled).ToList();
            Xunit.Assert.SkipWhen(settled.Count == 0,
                "the reference finds something else in every photograph when it computes in double precision");
            return settled;
        }
    }

    public string Name { get; }

    /// <summary>
    /// Whether the reference itself finds the same when it computes more precisely. Else near ties decide the outcome, and ours may be
    /// another one (the suite's
    /// README: "fragile by nature").
    /// </summary>
    public bool IsSettled { get; }

    public SafeTensorsFile Golden { get; }

    public Grid Grid { get; }

    /// <summary>(hw, hw), rows as aggregated.</summary>
    public Tensor Aggregated { get; }

    /// <summary>(hw, hw), rows normalised.</summary>
    public Tensor Map { get; }

    public IReadOnlyList<LocatedConcept> Concepts { get; }

    public PublishedTrace Trace { get; }

    /// <summary>The chosen level's cluster of each cell.</summary>
    public int[] GoldenPartition => Golden.Column("finch1/partitions", Golden.Ints("chosen_level")[0]);

    /// <summary>Whether our chosen level's clusters are the reference's, cell by cell.</summary>
    public bool HasSameClusters => Trace.PreClustering[Trace.ChosenLevel].Labels.SequenceEqual(GoldenPartition);

    /// <summary>The largest link allowed between candidates; null where there is no limit: the first level's is undefined.</summary>
    public double? GoldenThreshold =>
        Golden.Contains("finch2/min_sim_threshold") && Golden.Doubles("finch2/min_sim_threshold") is [var threshold]
            && double.IsFinite(threshold)
            ? threshold : null;

    // The reference's run in double precision, if it is told: how well it agrees, or what it raised.
    static bool Settled(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("info", out var info)) return true;
        using var json = JsonDocument.Parse(info);
        if (!json.RootElement.TryGetProperty("float64_rerun", out var rerun)) return true;
        bool Has(string field, out JsonElement value)
        {
            value = default;
            return rerun.ValueKind == JsonValueKind.Object && rerun.TryGetProperty(field, out value);
        }
        return Has("ari_chosen_level", out var agreement) && agreement.GetDouble() >= 0.99
            && Has("best_iou_per_mask", out var overlaps) && overlaps.EnumerateArray().All(overlap => overlap.GetDouble() >= 0.99)
            && Has("num_masks_fp64", out var masks) && masks.GetInt32() == json.RootElement.GetProperty("masks").GetInt32()
            && Has("num_clust_fp64", out var clusters) && clusters.GetArrayLength() == json.RootElement.GetProperty("num_clust")
                .GetArrayLength();
    }

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
            for (var layer = 0; layer < layers; layer++) map.Add(attention, Grid.Square(resolution));
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
