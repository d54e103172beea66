using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Has encoders and judge look at the pictures of finished items, and keeps what each saw beside them. So another encoder, or another form
/// of the source concepts, costs no learning and no drawing.
/// </summary>
sealed class ItemViewer(EvaluationTools tools, ItemStore store)
{
    readonly IReadOnlyList<(string Name, EvaluationEncoder Eyes, string File)> encoders =
        [.. tools.Encoders.Select(pair => (pair.Key, pair.Value, $"features-{ContentHash.OfView(pair.Value)}.json"))];
    readonly string verdictsFile = $"verdicts-{ContentHash.OfView(tools.JudgeHash ?? "")}.json";

    /// <summary>Whether all have looked at a finished item.</summary>
    public bool HaveSeen(EvaluationItem item) => encoders.All(encoder => Has(item, encoder.File)) && (!IsJudged(item) || Has(item, verdictsFile));

    /// <summary>Has those look at a finished item that have not.</summary>
    public void See(EvaluationItem item)
    {
        if (HaveSeen(item)) return;
        var record = store.Read(item.Key);
        IReadOnlyList<IReadOnlyList<RgbImage>> concepts =
            [.. Enumerable.Range(0, record.Samples > 0 ? record.Concepts.Count : 0).Select(i => Drawn(item, record.Samples, j => ItemFiles.Concept(i, j)))];
        foreach (var (_, eyes, file) in encoders)
            if (!Has(item, file))
                store.AddFile(item.Key, file, Features(eyes, item, concepts, Drawn(item, record.JointSamples, ItemFiles.Joint)));
        if (IsJudged(item) && !Has(item, verdictsFile)) store.AddFile(item.Key, verdictsFile, Verdicts(item.Picture.Toys!, record, concepts));
    }

    /// <summary>What all saw.</summary>
    public ItemViews Read(EvaluationItem item) => new(
        encoders.ToDictionary(encoder => encoder.Name, encoder => store.Read<ItemFeatures>(item.Key, encoder.File)),
        IsJudged(item) ? store.Read<IReadOnlyList<IReadOnlyList<ItemVerdict>?>>(item.Key, verdictsFile) : null);

    bool Has(EvaluationItem item, string file) => File.Exists(store.PathOf(item.Key, file));

    bool IsJudged(EvaluationItem item) => tools.Judge is not null && item.Picture.Toys is not null;

    List<RgbImage> Drawn(EvaluationItem item, int count, Func<int, string> name) =>
        [.. Enumerable.Range(0, count).Select(i => ImageReader.Read(store.PathOf(item.Key, name(i))))];

    static ItemFeatures Features(EvaluationEncoder eyes, EvaluationItem item, IReadOnlyList<IReadOnlyList<RgbImage>> concepts, IReadOnlyList<RgbImage> joint)
    {
        // Generated pictures are squares, so the picture is compared as the square that the method saw.
        var (picture, side) = (item.Picture, item.Settings.Resolution);
        var square = ImageResizer.Resize(picture.Image, side, side, ResizeFilter.Bilinear);
        RgbImage[] sources = [.. picture.Masks.Select(mask => SourceConcepts.Of(square, mask.Resize(side, side), eyes.Sources))];
        return new ItemFeatures(Encoded(eyes.Encoder, [square])[0], Encoded(eyes.Encoder, sources),
            [.. concepts.Select(pictures => Encoded(eyes.Encoder, pictures))], Encoded(eyes.Encoder, joint));
    }

    static IReadOnlyList<byte[]> Encoded(IImageEncoder encoder, IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) return [];
        using var scope = NewDisposeScope();
        float[] features = [.. encoder.Encode(pictures).cpu().contiguous().data<float>()];
        return [.. features.Chunk(encoder.Width).Select(feature => ItemFeatures.Pack(feature))];
    }

    List<IReadOnlyList<ItemVerdict>?> Verdicts(IReadOnlyList<Toy> toys, ItemRecord record, IReadOnlyList<IReadOnlyList<RgbImage>> concepts) =>
        [.. concepts.Select((pictures, i) => record.Concepts[i].Truth is { } truth ? tools.Judge!.Of(pictures).Select(verdict => Compare(verdict, toys[truth])).ToList() : null)];

    static ItemVerdict Compare(Verdict verdict, Toy toy) => new(verdict.Category == toy.Category, verdict.Color == toy.Color, verdict.Pattern == toy.Pattern);
}
