using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
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
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var model = StableDiffusion.Load(TestFolders.Golden("tiny-sd2"), precision);
        using var golden = GoldenFile.Open("attention/attention.safetensors");
        var rows = RowsByLayer(TestFolders.Golden("attention/attention.json"));
        golden.SomeMatching("layers/.+/(?:full|rows|key_mean|per_head)");

        var latents = golden["latents"];
        var (grid, words) = (Grid.Of(latents), new List<Tensor>());
        var wordSites = AttentionSites.OfWords(model.Unet);
        using var map = new SelfAttentionMap(grid);
        var seen = 0;
        using (AttentionRecorder.Attach(model.Unet, _ => true, (site, weights) =>
        {
            seen++;
            Check(golden, $"layers/{site.Path}", weights, rows[site.Path]);
            var mean = weights[0].mean([0]);
            if (wordSites(site)) words.Add(mean.DetachFromDisposeScope());
            if (!site.IsCross) map.Add(mean, AttentionSites.GridAt(site.Depth, grid));
        }))
            CheckPrediction(golden, model, latents, (int)latents.shape[0] - 1); // of two, only the second one's attention was stored
        Assert.Equal(rows.Count, seen);
        for (var i = 0; i < latents.shape[0] - 1; i++) CheckPrediction(golden, model, latents, i);

        scope.Attach(words);
        var crossMean = stack(words, 0).mean([0]);
        foreach (var (key, _) in golden.Matching(@"agg_cross_\d+"))
            Close.OfWeights(golden.Stored(key), crossMean.view(golden.Stored(key).shape), "words");
        CheckAggregate(golden, map.Mean());
        CheckConcepts(golden, map.Mean(), model.Tokenizer.Encode("").EndOfText, crossMean.unflatten(0, GridOfWords(model, grid)));
    }

    static long[] GridOfWords(StableDiffusion model, Grid latent)
    {
        var grid = AttentionSites.GridAt(AttentionSites.WordDepth(model.Unet), latent);
        return [grid.Height, grid.Width];
    }

    static void CheckPrediction(GoldenFile golden, StableDiffusion model, Tensor latents, int entry)
    {
        using var scope = NewDisposeScope();
        var predicted = model.Unet.call(latents[entry].unsqueeze(0), zeros(1, dtype: int64), new TextConditioning(golden["cond"][..1]));
        if (!golden.Has("eps_pred") || golden.Shape("eps_pred")[0] <= entry) return; // the file may have kept the first entry only
        Close.OfDeviation(golden.Stored("eps_pred")[entry], predicted[0], 1e-4, $"prediction {entry}");
    }

    static void CheckAggregate(GoldenFile golden, Tensor total)
    {
        if (golden.Has("map_rows"))
            Close.OfDeviation(golden.Stored("map_rows"), total.index_select(0, golden.Stored("map_rows_index").to(int64)), 1e-3,
                "map rows");
        if (golden.Has("map_row_sums")) Close.InLength(golden.Stored("map_row_sums"), total.sum([1L]), 1e-4, "row sums");
        if (golden.Has("map_col_sums")) Close.InLength(golden.Stored("map_col_sums"), total.sum([0L]), 1e-4, "column sums");
    }

    // Where the reference's choice of a level fails, the golden tells what it finds on the last level.
    static void CheckConcepts(GoldenFile golden, Tensor map, int endOfText, Tensor words)
    {
        var failed = golden.Has("fallback/masks");
        var found = failed ? "fallback" : "localization";
        if (!golden.Has($"{found}/masks")) return;
        var masks = golden[$"{found}/masks"];
        var grid = Grid.Of(masks);
        var saliency = SaliencyMap.Of(words.select(2, endOfText).to(float32), grid);
        var (concepts, trace) = new PublishedLocator(new PublishedLocating(), seed: 0)
            .Locate(new CellMap(grid, SelfAttentionMap.NormalizeRows(map.to(float32)), saliency));

        if (failed) Assert.Equal(trace.PreClustering.Count - 1, trace.ChosenLevel);
        else if (golden.Has("localization/chosen_level")) Assert.Equal(golden.Integers("localization/chosen_level")[0], trace.ChosenLevel);
        if (golden.Has("localization/finch1/partitions"))
        {
            var partitions = golden["localization/finch1/partitions"];
            var level = failed ? (int)partitions.shape[1] - 1 : trace.ChosenLevel;
            int[] partition = [.. partitions.select(1, level).contiguous().data<float>().Select(label => (int)label)];
            Assert.InRange(GoldenTensors.AdjustedRandIndex(partition, trace.PreClustering[trace.ChosenLevel].Labels), 0.99, 1);
        }
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
