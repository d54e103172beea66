using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>A picture in, its concepts out. Works on the calling thread, one call at a time; knows no files and no console.</summary>
public sealed class ConceptExtractor(StableDiffusion model)
{
    /// <summary>Where the concepts are, without learning their words (method 1).</summary>
    /// <param name="picture">Of any size and proportions; it is squashed to the square that the settings say.</param>
    /// <param name="settings">How; <see cref="ExtractionSettings.Locating"/> also says how features and saliency of given masks are read.</param>
    /// <param name="masks">Where the concepts are, if that is known: of the picture's proportions, none empty; they may overlap. Null looks for them.</param>
    /// <param name="progress">Receives phase, evaluations and the result.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>None where nothing stands out.</returns>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="ArgumentException">A mask is empty, has other proportions than the picture, or there are none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Locate(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        var locator = new ConceptLocator(model, settings.Validated().Locating, settings.Seed);
        if (masks?.FirstOrDefault(mask => !mask.HasProportionsOf(picture.Size)) is { } other)
            throw new ArgumentException($"a mask of {other.Size} does not have the proportions of a picture of {picture.Size}", nameof(masks));
        using var scope = NewDisposeScope();
        using var noise = new RandomStream(settings.Seed, "localization");
        progress?.Report(new PhaseBegan(Phases.Locate, locator.Evaluations(given: masks is not null)));
        void Evaluated() => progress?.Report(new Advanced());
        var pixels = Square(picture, settings);
        var located = masks is null
            ? locator.Locate(pixels, noise, Evaluated, stop)
            : locator.Describe(pixels, grid => [.. masks.Select(mask => GridMask.Of(mask, grid))], noise, Evaluated, stop);
        if (located.Count == 0)
            progress?.Report(new Warned(string.Create(CultureInfo.InvariantCulture,
                $"nothing stands out in this picture, so no concept was found; lower locating.minProminence (now {settings.Locating.MinProminence}) if something does.")));
        else if (masks is null && (settings.Locating as BorderLocating)?.MinConcepts is { } wanted && located.Count < wanted)
            progress?.Report(new Warned($"only {located.Count} of {wanted} concepts were found: nothing is left that can be parted."));
        progress?.Report(new ConceptsLocated(located));
        return located;
    }

    /// <summary>Learns a word for each located concept (method 2).</summary>
    /// <param name="picture">The picture they were located in.</param>
    /// <param name="located">What <see cref="Locate"/> gave for this picture at this resolution; may be chosen among and put into another order.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Receives phases, every optimizer step, and what learning can go on from (<see cref="StartFound"/>, <see cref="PassDone"/>).</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="from">Goes on from there, with the same result as without a break; null begins anew. It must come from the same picture, masks and settings.</param>
    /// <returns>No concepts where none are located.</returns>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">A loss, a gradient or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ConceptSet Learn(RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default, LearningCheckpoint? from = null)
    {
        var learning = settings.Validated().Learning;
        if (located.Count == 0) return new ConceptSet([], null);
        using var scope = NewDisposeScope();
        using var target = LearningTarget.FromPicture(model, Square(picture, settings), located, settings.Losses.Denoising.MaskMargin, learning.CloseUps);
        var learned = Learn(target, from?.State ?? Begin(target, settings, from, progress, stop), settings, progress, stop);
        return Words(located, learned);
    }

    /// <summary>The words that a learning has reached, for the concepts it began with.</summary>
    public static ConceptSet Words(IReadOnlyList<LocatedConcept> located, LearningState state) => new(
        [.. located.Zip(state.Words()).Select((pair, i) => new Concept(new ConceptWord(ConceptWord.NameOf(i), pair.Second), pair.First))], state.Losses);

    /// <summary>Finds the concepts and learns a word for each: <see cref="Locate"/>, then <see cref="Learn(RgbImage, IReadOnlyList{LocatedConcept}, ExtractionSettings, IProgress{ProgressEvent}?, CancellationToken, LearningCheckpoint?)"/>.</summary>
    public ConceptSet Extract(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Learn(picture, Locate(picture, settings, masks, progress, stop), settings, progress, stop);

    LearningState Begin(LearningTarget target, ExtractionSettings settings, LearningCheckpoint? from, IProgress<ProgressEvent>? progress, CancellationToken stop)
    {
        List<float[]> starts = [.. from?.Starts ?? []];
        if (settings.Learning.Start is BestWords { Search: var search } && starts.Count < target.Concepts)
        {
            var words = new WordSearch(model, target, search, settings.Seed);
            progress?.Report(new PhaseBegan(Phases.SearchWords, words.Trials * (target.Concepts - starts.Count)));
            while (starts.Count < target.Concepts)
            {
                using var found = words.Start(starts.Count, () => progress?.Report(new Advanced()), stop);
                starts.Add(found.cpu().data<float>().ToArray());
                progress?.Report(new StartFound(starts.Count - 1, starts[^1]));
            }
        }
        return TokenTable.Begin(model, target.Concepts, settings.Learning, settings.Seed, starts);
    }

    MergedState Learn(LearningTarget target, LearningState state, ExtractionSettings settings, IProgress<ProgressEvent>? progress, CancellationToken stop)
    {
        var (learning, running) = (settings.Learning, new RunningFigures());
        var learner = new ConceptLearner(model, target, learning, settings.Losses, new SeededTrainingDraws(settings.Seed));
        void Report(OptimizerStepDone done) => progress?.Report(done with { Detail = running.With(done.Losses.All) });
        if (state is SplitState split)
        {
            progress?.Report(new PhaseBegan(Phases.LearnSplitTokens, (learning.MergePass - split.Pass) * split.Tokens));
            while (split.Pass < learning.MergePass)
            {
                split = learner.Pass(split, Report, stop);
                progress?.Report(new PassDone(split));
            }
            state = split.MergeByMean();
            progress?.Report(new PassDone(state));
        }
        var merged = (MergedState)state;
        progress?.Report(new PhaseBegan(Phases.LearnMergedTokens, (learning.Passes - merged.Pass) * (merged.Concepts + 1)));
        while (merged.Pass < learning.Passes)
        {
            merged = learner.Pass(merged, Report, stop);
            progress?.Report(new PassDone(merged));
        }
        return merged;
    }

    // (1,3,H,W) in [-1,1]
    Tensor Square(RgbImage picture, ExtractionSettings settings)
    {
        var side = model.SideFor("resolution", settings.Resolution);
        return PixelTensor.From(ImageResizer.Resize(picture, PixelSize.Square(side), ResizeFilter.Bilinear), model.Device);
    }
}
