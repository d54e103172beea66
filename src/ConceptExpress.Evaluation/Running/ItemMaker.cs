using ConceptExpress.Diffusion;
using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Runs a method on a picture, and has encoders and judge look at what comes out.</summary>
sealed class ItemMaker(StableDiffusion model, EvaluationPlan plan, EvaluationTools tools)
{
    /// <summary>Makes an item.</summary>
    /// <param name="picture">The picture; with masks, if the settings ask for given ones.</param>
    /// <param name="settings">With seed and resolution.</param>
    /// <param name="folder">Gets the pictures.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ItemRecord Make(EvaluationPicture picture, ExtractionSettings settings, string folder, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var square = ImageResizer.Resize(picture.Image, settings.Resolution, settings.Resolution, ResizeFilter.Bilinear);
        var learned = plan.LocalizationOnly ? null : Extract(picture, square, settings, stop);
        var located = learned?.Concepts.Select(concept => concept.Location).ToList() ?? Locate(picture, square, settings, stop);
        var found = located.Select(concept => AtSize(concept.Mask, picture.Image)).ToList();
        PngFile.Write(Path.Combine(folder, ItemFiles.Found), ConceptOverlay.Draw(picture.Image, [.. found.Select(mask => mask.ToImage())]));
        var samples = learned is null ? Samples.None : new SamplePainter(model, learned, plan.Samples, settings.Seed).Paint(stop);
        WriteSamples(folder, samples);
        return new ItemRecord
        {
            Score = picture.Masks.Count > 0 ? SceneScore.Of(found, picture.Masks) : null,
            Concepts = Concepts(picture, located, found, samples),
            Truths = picture.Masks.Count,
            Samples = learned is null ? 0 : plan.Samples.Count,
            JointSamples = samples.Joint.Count,
            Features = learned is null ? new Dictionary<string, ItemFeatures>() : Features(picture, square, samples),
        };
    }

    ConceptSet Extract(EvaluationPicture picture, RgbImage square, ExtractionSettings settings, CancellationToken stop) => settings.GivenMasks
        ? new ConceptExtractor(model).Extract(AsPicture(square), Given(picture, settings), settings, null, stop)
        : new ConceptExtractor(model).Extract(AsPicture(square), settings, null, stop);

    IReadOnlyList<LocatedConcept> Locate(EvaluationPicture picture, RgbImage square, ExtractionSettings settings, CancellationToken stop) => settings.GivenMasks
        ? new ConceptExtractor(model).Locate(AsPicture(square), Given(picture, settings), settings, null, stop)
        : new ConceptExtractor(model).Locate(AsPicture(square), settings, null, stop);

    List<GridMask> Given(EvaluationPicture picture, ExtractionSettings settings)
    {
        var cells = settings.Resolution / model.Downscale;
        return [.. picture.Masks.Select(mask => GridMasks.Of(mask, new GridSize(cells, cells)))];
    }

    List<ItemConcept> Concepts(EvaluationPicture picture, IReadOnlyList<LocatedConcept> located, List<Mask> found, Samples samples)
    {
        var pairs = picture.Masks.Count > 0 ? MaskMetrics.Match(found, picture.Masks).ToDictionary(pair => pair.Found) : [];
        return [.. located.Select((concept, i) =>
        {
            var (truth, iou) = pairs.TryGetValue(i, out var pair) ? ((int?)pair.Truth, pair.Iou) : (null, 0);
            var verdicts = truth is { } thing && picture.Toys is { } toys && samples.OfConcepts.Count > 0 ? Judge(samples.OfConcepts[i], toys[thing]) : null;
            return new ItemConcept($"<asset{i}>", concept.Mask.Coverage, concept.Saliency, truth, iou, verdicts);
        })];
    }

    List<ItemVerdict>? Judge(IReadOnlyList<RgbImage> pictures, Toy toy) => pictures.Count == 0 ? null : tools.Judge?.Of(pictures)
        .Select(verdict => new ItemVerdict(verdict.Category == toy.Category, verdict.Color == toy.Color, verdict.Pattern == toy.Pattern)).ToList();

    SortedDictionary<string, ItemFeatures> Features(EvaluationPicture picture, RgbImage square, Samples samples)
    {
        // Generated pictures are squares, so the picture is compared as the square that the method saw.
        var features = new SortedDictionary<string, ItemFeatures>(StringComparer.Ordinal);
        foreach (var (name, (encoder, _, form)) in tools.Encoders)
        {
            RgbImage[] sources = [.. picture.Masks.Select(mask => SourceConcepts.Of(square, mask.Resize(square.Width, square.Height), form))];
            features[name] = new ItemFeatures(Encoded(encoder, [square])[0], Encoded(encoder, sources),
                [.. samples.OfConcepts.Select(pictures => Encoded(encoder, pictures))], Encoded(encoder, samples.Joint));
        }
        return features;
    }

    static IReadOnlyList<byte[]> Encoded(IImageEncoder encoder, IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) return [];
        using var scope = NewDisposeScope();
        float[] features = [.. encoder.Encode(pictures).cpu().contiguous().data<float>()];
        return [.. features.Chunk(encoder.Width).Select(feature => ItemFeatures.Pack(feature))];
    }

    static void WriteSamples(string folder, Samples samples)
    {
        for (var i = 0; i < samples.OfConcepts.Count; i++)
            for (var j = 0; j < samples.OfConcepts[i].Count; j++)
                PngFile.Write(Path.Combine(folder, ItemFiles.Concept(i, j)), samples.OfConcepts[i][j]);
        for (var j = 0; j < samples.Joint.Count; j++) PngFile.Write(Path.Combine(folder, ItemFiles.Joint(j)), samples.Joint[j]);
    }

    /// <summary>As scores have always been made: every pixel takes the cell that its centre lies in.</summary>
    static Mask AtSize(GridMask mask, RgbImage image) => new Mask(mask.Width, mask.Height, mask.Cells).Resize(image.Width, image.Height);

    static Picture AsPicture(RgbImage square) => Picture.FromRgb(square.Height, square.Width, square.Pixels);
}
