using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>A word that was learned from a scene.</summary>
/// <param name="Toy">The toy that its concept was matched with; null if it was matched with none.</param>
/// <param name="Drawing">A picture drawn with the word.</param>
/// <param name="Verdict">The judge's verdict on the drawing.</param>
sealed record LearnedWord(Toy? Toy, RgbImage Drawing, Verdict Verdict);

/// <summary>Runs localization and extraction on scenes, rendered at the resolution that the checkpoint was trained at.</summary>
sealed class LearnedScenes(Func<ModelLease> lease, Judge judge, int workers, IProgress<ProgressEvent>? progress)
{
    /// <summary>How well each preset finds the toys: mean mask metrics by the preset's name in lower case.</summary>
    public IReadOnlyDictionary<string, SceneScore> Locate(IReadOnlyList<Scene> scenes, CancellationToken stop)
    {
        ExtractionSettings[] presets = [ExtractionSettings.Paper, ExtractionSettings.Express];
        var scores = ForEach("localize scenes", scenes, (model, _, rendered) => presets.Select(preset =>
        {
            var found = new ConceptExtractor(model).Locate(rendered.Picture, preset, null, null, stop);
            return SceneScore.Of(Masks(found, rendered), rendered.Masks);
        }).ToList(), stop);
        return presets.Index().ToDictionary(preset => preset.Item.Preset.ToString().ToLowerInvariant(),
            preset => SceneScore.Mean([.. scores.Select(own => own[preset.Index])]));
    }

    /// <summary>Learns the words of each scene with the preset Express, and draws and judges one picture per word.</summary>
    public IReadOnlyList<(RgbImage Picture, IReadOnlyList<LearnedWord> Words)> Learn(
        IReadOnlyList<Scene> scenes, SamplingSettings sampling, CancellationToken stop) =>
        ForEach("extract concepts", scenes, (model, scene, rendered) =>
        {
            var learned = new ConceptExtractor(model).Extract(rendered.Picture, ExtractionSettings.Express, null, null, stop);
            var pairs = MaskMetrics.Match(Masks(learned.Concepts.Select(concept => concept.Location), rendered), rendered.Masks);
            Toy? ToyOf(int concept) => pairs.Where(pair => pair.Found == concept).Select(pair => scene.Toys[pair.Truth]).FirstOrDefault();
            var painter = new ConceptPainter(model, learned.Words, sampling, ExtractionSettings.Express.Seed);
            var drawings = learned.Words.Select(word => painter.Alone(word, 1, null, stop)[0]).ToList();
            IReadOnlyList<LearnedWord> words =
                [.. drawings.Zip(judge.Of(drawings)).Select((pair, i) => new LearnedWord(ToyOf(i), pair.First, pair.Second))];
            return (rendered.Picture, words);
        }, stop);

    T[] ForEach<T>(
        string phase, IReadOnlyList<Scene> scenes, Func<StableDiffusion, Scene, RenderedScene, T> measure, CancellationToken stop)
    {
        progress?.Report(new PhaseBegan(phase, scenes.Count));
        var results = new T[scenes.Count];
        using var threads = new WorkerThreads(workers);
        threads.ForEach(scenes.Count, lease, (lent, i) =>
        {
            using var scope = NewDisposeScope();
            results[i] = measure(lent.Model, scenes[i], SceneRenderer.Render(scenes[i], lent.Model.TrainedResolution));
        }, _ => progress?.Report(new Advanced()), stop);
        return results;
    }

    static IReadOnlyList<Mask> Masks(IEnumerable<LocatedConcept> found, RenderedScene rendered) =>
        [.. found.Select(concept => concept.ToMask(rendered.Picture.Size))];
}
