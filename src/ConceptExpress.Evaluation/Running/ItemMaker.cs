using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Computes items: runs a method on a picture and draws samples of the learned words. Each worker has its own.</summary>
/// <param name="lease">Called for the first item; returns the checkpoint, which is used for all items.</param>
/// <param name="plan">Says whether and how samples are drawn.</param>
sealed class ItemMaker(Func<ModelLease> lease, EvaluationPlan plan) : IDisposable
{
    // Large latents are drawn one at a time: batches of them would take more memory and save no time.
    const int SmallLatent = 32 * 32, Batch = 8;

    ModelLease? lent;

    /// <summary>Computes an item and writes its pictures.</summary>
    /// <param name="item">The item: method, settings and source picture.</param>
    /// <param name="folder">The folder that pictures are written to.</param>
    /// <param name="stop">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ItemRecord Make(EvaluationItem item, string folder, CancellationToken stop)
    {
        var model = (lent ??= lease()).Model;
        using var scope = NewDisposeScope();
        var (picture, settings, extractor) = (item.Picture.Read(), item.Settings, new ConceptExtractor(model));
        var located = extractor.Locate(picture.Image, settings, item.GivenMasks ? picture.Masks : null, null, stop);
        var found = located.Select(concept => concept.ToMask(picture.Image.Size)).ToList();
        PagePictures.WriteOverlay(Path.Combine(folder, ItemFiles.Found), picture.Image, found);
        var record = new ItemRecord
        {
            Score = picture.Masks.Count > 0 ? SceneScore.Of(found, picture.Masks) : null,
            Concepts = Matched(model.WordNames, located, found, picture.Masks),
            Truths = picture.Masks.Count,
        };
        if (plan.LocalizationOnly) return record;
        var words = extractor.Learn(picture.Image, located, settings, null, stop).Words;
        var cells = Math.Pow((double)model.TrainedResolution / model.Downscale, 2);
        var painter = new ConceptPainter(model, words, plan.Samples.Sampling, settings.Seed, cells <= SmallLatent ? Batch : 1);
        return record with
        {
            Samples = plan.Samples.Count,
            JointSamples = Draw(painter, words, folder, stop),
            Pairs = plan.Samples.Pairs == 0
                ? []
                : new PairMaker(model, painter, plan.Samples.Pairs, folder).Make(words, record.Concepts, picture.Labels, stop),
        };
    }

    static IReadOnlyList<ItemConcept> Matched(WordNames names, IReadOnlyList<LocatedConcept> located, IReadOnlyList<Mask> found,
        IReadOnlyList<Mask> truth)
    {
        var pairs = truth.Count > 0 ? MaskMetrics.Match(found, truth).ToDictionary(pair => pair.Found) : [];
        return [.. located.Select((concept, i) =>
        {
            var (thing, iou) = pairs.TryGetValue(i, out var pair) ? ((int?)pair.Truth, pair.Iou) : (null, 0);
            return new ItemConcept(names.Of(i), concept.Mask.Coverage, concept.Saliency, thing, iou, concept.Confidence);
        })];
    }

    /// <summary>Draws samples of every word and of all words together; returns the number of joint samples (0 without words).</summary>
    int Draw(ConceptPainter painter, IReadOnlyList<ConceptWord> words, string folder, CancellationToken stop)
    {
        if (words.Count == 0) return 0;
        void Write(IReadOnlyList<RgbImage> pictures, Func<int, string> name)
        {
            for (var i = 0; i < pictures.Count; i++) PngFile.Write(Path.Combine(folder, name(i)), pictures[i]);
        }
        foreach (var (i, word) in words.Index())
            Write(painter.Alone(word, plan.Samples.Count, null, stop), sample => ItemFiles.Concept(i, sample));
        Write(painter.Together(plan.Samples.Count, null, stop), ItemFiles.Joint);
        return plan.Samples.Count;
    }

    public void Dispose() => lent?.Dispose();
}
