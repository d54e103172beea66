using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Tests.Locating;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Attention;

public class RecordedAttentionGoldenTests
{
    [Theory, InlineData(ComputePrecision.Fp32), InlineData(ComputePrecision.Fp64)]
    public void EveryLayer_EqualsGolden_AndSoDoTheAggregates(ComputePrecision precision)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var model = StableDiffusion.Load(TestFolders.Golden("tiny-sd2"), precision);
        using var golden = GoldenFile.Open("attention/attention.safetensors");
        var rows = RowsByLayer(TestFolders.Golden("attention/attention.json"));
        golden.SomeMatching("layers/.+/(?:full|rows|key_mean|per_head)");

        var latents = golden["latents"][1..2]; // of two, only the second one's attention was stored
        var (side, words) = (latents.shape[2], new List<Tensor>());
        var wordSites = AttentionSites.OfWords(model.Unet);
        using var map = new SelfAttentionMap(new GridSize((int)side, (int)latents.shape[3]));
        GridSize GridAt(int depth) => new((int)AttentionSites.SideAt(depth, side), (int)AttentionSites.SideAt(depth, latents.shape[3]));
        var seen = 0;
        using (AttentionRecorder.Attach(model.Unet, _ => true, (site, weights) =>
        {
            seen++;
            Check(golden, $"layers/{site.Path}", weights, rows[site.Path]);
            var mean = weights[0].mean([0]);
            if (wordSites(site)) words.Add(mean.DetachFromDisposeScope());
            if (!site.IsCross) map.Add(mean, GridAt(site.Depth));
        }))
        {
            var predicted = model.Unet.call(latents, zeros(1, dtype: int64), golden["cond"]);
            Close.OfDeviation(golden.Stored("eps_pred")[1..2], predicted, 1e-4, "prediction");
        }
        Assert.Equal(rows.Count, seen);

        scope.Attach(words);
        var crossMean = stack(words, 0).mean([0]).view(golden.Stored("agg_cross_16").shape);
        Close.OfWeights(golden.Stored("agg_cross_16"), crossMean, "words");
        var total = map.Mean();
        Close.OfDeviation(golden.Stored("map_rows"), total.index_select(0, golden.Stored("map_rows_index")), 1e-3, "map rows");
        Close.InLength(golden["map_row_sums"], total.sum([1L]), 1e-4, "row sums");
        Close.InLength(golden["map_col_sums"], total.sum([0L]), 1e-4, "column sums");
        CheckConcepts(golden, total, model.Tokenizer.Encode("").EndOfText, crossMean);
    }

    // Where the reference's choice of a level fails, the golden tells what it finds on the last level.
    static void CheckConcepts(GoldenFile golden, Tensor map, int endOfText, Tensor words)
    {
        if (!golden.Has("fallback/masks")) return;
        var masks = golden["fallback/masks"];
        var grid = new GridSize((int)masks.shape[1], (int)masks.shape[2]);
        var saliency = SaliencyMap.Of(words.select(2, endOfText).to(float32), grid);
        var (concepts, trace) = PaperLocator.Locate(SelfAttentionMap.NormalizeRows(map.to(float32)), saliency, grid);

        Assert.Equal(trace.PreClustering.Count - 1, trace.ChosenLevel);
        var partitions = golden["localization/finch1/partitions"];
        int[] partition = [.. partitions.select(1, partitions.shape[1] - 1).contiguous().data<float>().Select(label => (int)label)];
        Assert.InRange(GoldenTensors.AdjustedRandIndex(partition, trace.PreClustering[^1].Labels), 0.99, 1);
        Assert.Equal(masks.shape[0], concepts.Count);
        foreach (var mask in masks.unbind(0).Select(mask => mask.contiguous().data<float>().Select(cell => cell > 0.5f).ToArray()))
            Assert.InRange(concepts.Max(concept => GoldenTensors.Iou(mask, concept.Mask.Cells)), 0.99, 1);
    }

    static void Check(GoldenFile golden, string layer, Tensor weights, long[]? rows)
    {
        using var scope = NewDisposeScope();
        var mean = weights[0].mean([0]);
        if (golden.Has($"{layer}/full")) Close.OfWeights(golden.Stored($"{layer}/full"), mean, layer);
        if (golden.Has($"{layer}/rows")) Close.OfWeights(golden.Stored($"{layer}/rows"), mean.index_select(0, tensor(rows!)), layer);
        if (golden.Has($"{layer}/key_mean")) Close.OfWeights(golden.Stored($"{layer}/key_mean"), mean.mean([0]), layer);
        if (golden.Has($"{layer}/per_head")) Close.OfWeights(golden.Stored($"{layer}/per_head"), weights[0], layer);
    }

    static Dictionary<string, long[]?> RowsByLayer(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return json.RootElement.GetProperty("layers").EnumerateArray().ToDictionary(
            layer => layer.GetProperty("name").GetString()!,
            layer => layer.TryGetProperty("rows", out var rows) ? rows.Deserialize<long[]>() : null);
    }
}
