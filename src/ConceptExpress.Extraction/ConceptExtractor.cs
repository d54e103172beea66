using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;
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
    /// <param name="progress">Receives phases and every optimizer step.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>No concepts where none are located.</returns>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">A loss or gradient is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ConceptSet Learn(RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        var learning = settings.Validated().Learning;
        if (located.Count == 0) return new ConceptSet([], null);
        using var scope = NewDisposeScope();
        using var target = LearningTarget.FromPicture(model, Square(picture, settings), located, settings.Losses.Denoising.MaskMargin, learning.CloseUps);
        var starts = learning.Start is BestWords { Search: var search } ? SearchWords(target, search, settings.Seed, progress, stop) : null;
        using var table = TokenTable.Create(model, located.Count, learning, settings.Seed, starts);
        using var draws = new SeededTrainingDraws(settings.Seed);
        using var learner = new ConceptLearner(model, target, table, learning, settings.Losses, draws);

        var (lastPass, running) = (new List<LossValues>(), new RunningFigures());
        void Report(OptimizerStepDone done)
        {
            if (done.Pass == learning.Passes - 1) lastPass.Add(done.Losses);
            progress?.Report(done with { Detail = running.With(done.Losses.All) });
        }
        progress?.Report(new PhaseBegan(Phases.LearnSplitTokens, learning.MergePass * located.Count * learning.SplitTokens));
        var split = learner.Run(new SplitTokens(table), 0, learning.MergePass, Report, stop);
        progress?.Report(new PhaseBegan(Phases.LearnMergedTokens, (learning.Passes - learning.MergePass) * (located.Count + 1)));
        var learned = learner.Run(split.MergeByMean(), learning.MergePass, learning.Passes, Report, stop);

        return new ConceptSet(
            [.. located.Zip(learned.Embeddings()).Select((pair, i) => new Concept(new ConceptWord(ConceptWord.NameOf(i), pair.Second), pair.First))],
            LossValues.MeanOf(lastPass));
    }

    /// <summary>Finds the concepts and learns a word for each: <see cref="Locate"/>, then <see cref="Learn"/>.</summary>
    public ConceptSet Extract(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Learn(picture, Locate(picture, settings, masks, progress, stop), settings, progress, stop);

    Tensor SearchWords(LearningTarget target, WordSearchSettings settings, long seed, IProgress<ProgressEvent>? progress, CancellationToken stop)
    {
        var search = new WordSearch(model, target, settings, seed);
        progress?.Report(new PhaseBegan(Phases.SearchWords, search.Trials));
        return search.Starts(() => progress?.Report(new Advanced()), stop);
    }

    // (1,3,H,W) in [-1,1]
    Tensor Square(RgbImage picture, ExtractionSettings settings)
    {
        var side = model.SideFor("resolution", settings.Resolution);
        return PixelTensor.From(ImageResizer.Resize(picture, PixelSize.Square(side), ResizeFilter.Bilinear), model.Device);
    }
}
