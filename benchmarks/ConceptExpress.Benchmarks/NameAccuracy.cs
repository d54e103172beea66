using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Encoders;
using ConceptExpress.Evaluation;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Jobs.Naming;
using ConceptExpress.Library.Models;
using ConceptExpress.Toybox.Evaluation;
using static TorchSharp.torch;

namespace ConceptExpress.Benchmarks;

/// <summary>Measures how often names from the vocabulary are the kinds of toys.</summary>
static class NameAccuracy
{
    const string Suggested = "suggested name";

    /// <summary>A found thing: the truth about it, and the vector that was learned.</summary>
    public sealed record Learned(string Kind, float[] Vector);

    /// <summary>
    /// Learns the words of scenes with the preset Express, and prints the shares of things found (IoU .5 or more) whose kind comes first,
    /// and among the first five, in each list. Vectors are kept in a folder, and learned only once.
    /// </summary>
    public static void Measure(string folder, ulong seed, int scenes)
    {
        TorchRuntime.UseThreads(1);
        Directory.CreateDirectory(folder);
        using var model = StableDiffusion.Load(EmbeddedModels.Find("toybox"), ComputePrecision.Fp32, CPU);
        using var clip = ClipEncoder.Load(EmbeddedModels.Find("toybox-clip"));
        var (things, first, five) = (0, new Dictionary<string, int>(), new Dictionary<string, int>());
        for (var i = 0; i < scenes; i++)
        {
            using var scope = NewDisposeScope();
            var scene = ToyboxData.Parse($"toybox:1@{seed + (ulong)i}").Read(0, model.TrainedResolution);
            var found = new ConceptExtractor(model).Locate(scene.Image, ExtractionSettings.Express);
            var hits = MaskMetrics.Match([.. found.Select(concept => concept.Mask.ToMask(scene.Image.Size))], scene.Masks)
                .Where(pair => pair.Iou >= MaskMetrics.MatchIou).ToList();
            var file = Path.Combine(folder, $"{seed + (ulong)i}.json");
            if (!File.Exists(file))
            {
                var words = new ConceptExtractor(model).Learn(scene.Image, found, ExtractionSettings.Express).Words;
                File.WriteAllText(file, JsonSerializer.Serialize(
                    hits.Select(hit => new Learned(scene.Labels![hit.Truth]["category"], words[hit.Found].Vectors[0]))));
            }
            var learned = JsonSerializer.Deserialize<Learned[]>(File.ReadAllText(file))!;
            var concepts = hits.Zip(learned, (hit, word) =>
                new Concept(new ConceptWord(ConceptWord.NameOf(hit.Found), [word.Vector]), found[hit.Found])).ToList();
            foreach (var (naming, word) in new ConceptNamer(model, clip).Names(scene.Image, concepts, () => { }, default).Zip(learned))
            {
                things++;
                foreach (var (list, words) in naming.Nearest.Append(new(Suggested, [new NearWord(naming.Name!, 0)])))
                {
                    first[list] = first.GetValueOrDefault(list) + (words[0].Word == word.Kind ? 1 : 0);
                    five[list] = five.GetValueOrDefault(list) + (words.Take(5).Any(near => near.Word == word.Kind) ? 1 : 0);
                }
                Console.Error.WriteLine($"{scene.Name} {word.Kind}: {naming.Name}; "
                    + string.Join("; ", naming.Nearest.Select(list => string.Join(" ", list.Value.Take(5).Select(near => near.Word)))));
            }
        }
        Console.WriteLine($"{scenes} scenes from seed {seed}, {things} things found\n\n"
            + "| list | kind first | kind among the first five |\n|---|---|---|");
        foreach (var (list, right) in first)
            Console.WriteLine($"| {list} | {(double)right / things:0.00} | {(double)five[list] / things:0.00} |");
    }
}
