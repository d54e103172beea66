using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Runs a method on a picture, and draws what it learned.</summary>
/// <param name="load">Gives the checkpoint, when the first item is to be made.</param>
/// <param name="plan">What to draw.</param>
sealed class ItemMaker(Func<StableDiffusion> load, EvaluationPlan plan) : IDisposable
{
    StableDiffusion? model;

    /// <summary>Makes an item.</summary>
    /// <param name="picture">The picture; with masks, if the settings ask for given ones.</param>
    /// <param name="settings">With seed and resolution.</param>
    /// <param name="folder">Gets the pictures.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ItemRecord Make(EvaluationPicture picture, ExtractionSettings settings, string folder, CancellationToken stop)
    {
        model ??= load();
        using var scope = NewDisposeScope();
        var square = ImageResizer.Resize(picture.Image, settings.Resolution, settings.Resolution, ResizeFilter.Bilinear);
        var learned = plan.LocalizationOnly ? null : Extract(model, picture, square, settings, stop);
        var located = learned?.Concepts.Select(concept => concept.Location).ToList() ?? Locate(model, picture, square, settings, stop);
        var found = located.Select(concept => AtSize(concept.Mask, picture.Image)).ToList();
        PngFile.Write(Path.Combine(folder, ItemFiles.Found), ConceptOverlay.Draw(picture.Image, [.. found.Select(mask => mask.ToImage())]));
        var samples = learned is null ? Samples.None : new SamplePainter(model, learned, plan.Samples, settings.Seed).Paint(stop);
        WriteSamples(folder, samples);
        return new ItemRecord
        {
            Score = picture.Masks.Count > 0 ? SceneScore.Of(found, picture.Masks) : null,
            Concepts = Concepts(picture, located, found),
            Truths = picture.Masks.Count,
            Samples = learned is null ? 0 : plan.Samples.Count,
            JointSamples = samples.Joint.Count,
        };
    }

    static ConceptSet Extract(StableDiffusion model, EvaluationPicture picture, RgbImage square, ExtractionSettings settings, CancellationToken stop) => settings.GivenMasks
        ? new ConceptExtractor(model).Extract(AsPicture(square), Given(model, picture, settings), settings, null, stop)
        : new ConceptExtractor(model).Extract(AsPicture(square), settings, null, stop);

    static IReadOnlyList<LocatedConcept> Locate(StableDiffusion model, EvaluationPicture picture, RgbImage square, ExtractionSettings settings, CancellationToken stop) => settings.GivenMasks
        ? new ConceptExtractor(model).Locate(AsPicture(square), Given(model, picture, settings), settings, null, stop)
        : new ConceptExtractor(model).Locate(AsPicture(square), settings, null, stop);

    static List<GridMask> Given(StableDiffusion model, EvaluationPicture picture, ExtractionSettings settings)
    {
        var cells = settings.Resolution / model.Downscale;
        return [.. picture.Masks.Select(mask => GridMasks.Of(mask, new GridSize(cells, cells)))];
    }

    static List<ItemConcept> Concepts(EvaluationPicture picture, IReadOnlyList<LocatedConcept> located, List<Mask> found)
    {
        var pairs = picture.Masks.Count > 0 ? MaskMetrics.Match(found, picture.Masks).ToDictionary(pair => pair.Found) : [];
        return [.. located.Select((concept, i) =>
        {
            var (truth, iou) = pairs.TryGetValue(i, out var pair) ? ((int?)pair.Truth, pair.Iou) : (null, 0);
            return new ItemConcept($"<asset{i}>", concept.Mask.Coverage, concept.Saliency, truth, iou);
        })];
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

    public void Dispose() => model?.Dispose();
}
