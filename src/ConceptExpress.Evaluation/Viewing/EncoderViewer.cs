using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>
/// Compares generated pictures with the source picture by an encoder's features: SIM^I, SIM^C, ACC^1 and ACC^3 (<see cref="UceMetrics"/>).
/// </summary>
/// <param name="name">Its name in results, like <c>clip</c> or <c>dino</c>.</param>
/// <param name="encoder">The encoder. The viewer owns it and disposes of it.</param>
/// <param name="files">A digest of the encoder's files.</param>
/// <param name="form">How the encoder is shown the things of the source picture.</param>
sealed class EncoderViewer(string name, IImageEncoder encoder, string files, SourceForm form) : IViewer
{
    static readonly int[] Ranks = [1, 3];

    /// <summary>Loads a viewer with CLIP, DINO or DINOv2.</summary>
    /// <param name="name">Its name in results, like <c>clip</c> or <c>dino</c>.</param>
    /// <param name="folder">The encoder's checkpoint in the Hugging Face layout.</param>
    /// <param name="form">How the encoder is shown the things of the source picture.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">A part is missing or damaged, or does not fit its
    /// configuration.</exception>
    public static EncoderViewer Load(string name, string folder, SourceForm form, Device? device = null) =>
        new(name, ImageEncoders.Load(folder, device), ContentHash.OfFolder(folder), form);

    public string Name => name;

    public string Files => files;

    public string Form { get; } = JsonNamingPolicy.KebabCaseLower.ConvertName(form.ToString());

    public IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(SimI(name), $"SIM^I {name}", Leading: true),
        new(SimC(name), $"SIM^C {name}"),
        .. Ranks.Select(k => new MetricColumn(Acc(name, k), $"ACC^{k} {name}")),
    ];

    public bool CanSee(SourcePicture picture) => true;

    public JsonNode See(ItemPictures item)
    {
        // Generated pictures are squares, so they are compared with the square that the method saw.
        var (picture, size) = (item.Item.Picture.Read(), PixelSize.Square(item.Item.Side));
        var square = ImageResizer.Resize(picture.Image, size, ResizeFilter.Bilinear);
        RgbImage[] sources = [.. picture.Masks.Select(mask => SourceConcepts.Of(square, mask.Resize(size), form))];
        var features = new ItemFeatures(Encoded([square])[0], Encoded(sources), [.. item.Concepts.Select(Encoded)], Encoded(item.Joint));
        return JsonSerializer.SerializeToNode(features, LibraryJson.Compact)!;
    }

    public IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all)
    {
        var features = all.Select(item => item.Seen.Deserialize<ItemFeatures>(LibraryJson.Compact)!).ToList();
        var prototypes = new Prototypes(all.Zip(features, (item, seen) => (item.Item.Picture.Name, seen)));
        return [.. all.Zip(features, (item, seen) => Figures(item, seen, prototypes))];
    }

    ItemFigures Figures(SeenItem item, ItemFeatures seen, Prototypes prototypes)
    {
        var (figures, picture) = (new Dictionary<string, double>(), item.Item.Picture.Name);
        if (seen.Joint.Count > 0)
            figures[SimC(name)] = UceMetrics.CompositionalSimilarity(Unpacked(seen.Joint), ItemFeatures.Unpack(seen.Whole));
        return new ItemFigures(figures, [.. item.Record.Concepts.Select((concept, i) => Figures(picture, concept, seen, i, prototypes))]);
    }

    Dictionary<string, double> Figures(string picture, ItemConcept concept, ItemFeatures seen, int index, Prototypes prototypes)
    {
        var figures = new Dictionary<string, double>();
        if (concept.Truth is not { } truth || seen.Generated.Count <= index || seen.Generated[index].Count == 0) return figures;
        var (generated, own) = (Unpacked(seen.Generated[index]), prototypes.IndexOf(picture, truth));
        figures[SimI(name)] = UceMetrics.IdentitySimilarity(generated, ItemFeatures.Unpack(seen.Sources[truth]));
        foreach (var k in Ranks) figures[Acc(name, k)] = UceMetrics.Accuracy(generated, own, prototypes.All, k);
        return figures;
    }

    IReadOnlyList<byte[]> Encoded(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) return [];
        using var scope = NewDisposeScope();
        float[] features = [.. encoder.Encode(pictures).cpu().contiguous().data<float>()];
        if (!features.All(float.IsFinite))
            throw new CheckpointException(
                $"The encoder {encoder.Name} computed numbers that are not finite; use another checkpoint, because its weights are damaged "
                + "or too large.");
        return [.. features.Chunk(encoder.Width).Select(feature => ItemFeatures.Pack(feature))];
    }

    static List<float[]> Unpacked(IReadOnlyList<byte[]> features) => [.. features.Select(ItemFeatures.Unpack)];

    static string SimI(string encoder) => $"{encoder}SimI";

    static string SimC(string encoder) => $"{encoder}SimC";

    static string Acc(string encoder, int k) => $"{encoder}Acc{k}";

    public void Dispose() => encoder.Dispose();
}
