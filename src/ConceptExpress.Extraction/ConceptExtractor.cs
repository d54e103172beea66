using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>
/// Finds the concepts of a picture and learns a word for each. Runs on the calling thread, one call at a time. Uses no files and no
/// console.
/// </summary>
/// <param name="model">The checkpoint; it stays frozen.</param>
public sealed class ConceptExtractor(StableDiffusion model)
{
    /// <summary>Locates the concepts of a picture, without learning their words (method 1).</summary>
    /// <param name="picture">
    /// A picture of any size and proportions. It is resized to a square of <see cref="ExtractionSettings.Resolution"/>, without keeping its
    /// proportions.
    /// </param>
    /// <param name="settings">
    /// The settings. <see cref="ExtractionSettings.Locating"/> also decides how features and saliency are read for given masks.
    /// </param>
    /// <param name="masks">
    /// The masks of the concepts, if they are known; null to search for them. Each has the picture's proportions and is not empty. Masks
    /// may overlap.
    /// </param>
    /// <param name="progress">Receives the phase, each evaluation of the UNet, warnings and the result.</param>
    /// <param name="stop">Cancels between evaluations of the UNet.</param>
    /// <returns>The concepts; none if nothing stands out.</returns>
    /// <exception cref="SettingsException">The settings are invalid, or do not fit this checkpoint.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="masks"/> has no masks, an empty one, or one whose proportions differ from the picture's.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Locate(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        var locator = new ConceptLocator(model, settings.Validated().Locating, settings.Seed);
        if (masks?.FirstOrDefault(mask => !mask.HasProportionsOf(picture.Size)) is { } other)
            throw new ArgumentException(
                $"a mask of {other.Size} pixels does not have the proportions of the picture of {picture.Size}; scale it to the picture's "
                + "proportions", nameof(masks));
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
                $"nothing stands out in this picture, so no concept was found; if the picture does show something, lower "
                    + $"locating.minProminence (now {settings.Locating.MinProminence}).")));
        else if (masks is null && (settings.Locating as BorderLocating)?.MinConcepts is { } wanted && located.Count < wanted)
            progress?.Report(
                new Warned(
                $"only {located.Count} of {wanted} concepts were found, because no region can be split further; lower locating.minArea to "
                + "allow smaller concepts."));
        progress?.Report(new ConceptsLocated(located));
        return located;
    }

    /// <summary>Learns a word for each located concept (method 2).</summary>
    /// <param name="picture">The picture in which the concepts were located.</param>
    /// <param name="located">
    /// Concepts that <see cref="Locate"/> returned for this picture at this resolution: all or some of them, in any order.
    /// </param>
    /// <param name="settings">The settings.</param>
    /// <param name="progress">
    /// Receives the phases, every optimizer step, and the states from which learning can resume (<see cref="StartFound"/>,
    /// <see cref="PassDone"/>).
    /// </param>
    /// <param name="stop">Cancels the learning.</param>
    /// <param name="from">
    /// Where to resume, reached with the same picture, masks and settings; null to begin anew. The result is the same as without a break.
    /// </param>
    /// <returns>The concepts with their words; no concepts if <paramref name="located"/> is empty.</returns>
    /// <exception cref="SettingsException">The settings are invalid, or do not fit this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">A loss, a gradient or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public ConceptSet Learn(RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default, LearningProgress? from = null)
    {
        var learning = settings.Validated().Learning;
        if (located.Count == 0) return new ConceptSet([], null);
        RequireRoom(learning.Vectors);
        using var scope = NewDisposeScope();
        using var target = LearningTarget.FromPicture(model, Square(picture, settings), located, settings.Losses.Denoising.MaskMargin,
            learning.CloseUps);
        var learned = Learn(target, from?.State ?? Begin(target, settings, from, progress, stop), settings, progress, stop);
        return Words(located, learned);
    }

    /// <summary>Returns the words of a state of learning, finished or not, with the concepts that they belong to.</summary>
    /// <param name="located">The concepts, in the order in which learning received them.</param>
    /// <param name="state">The state; before the merge, a word is the mean of its concept's split tokens.</param>
    public static ConceptSet Words(IReadOnlyList<LocatedConcept> located, LearningState state) => new(
        [.. located.Zip(state.Words()).Select((pair, i) => new Concept(new ConceptWord(ConceptWord.NameOf(i), pair.Second), pair.First))],
        state.Losses);

    /// <summary>Locates the concepts and learns a word for each: <see cref="Locate"/>, then <c>Learn</c>.</summary>
    public ConceptSet Extract(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Learn(picture, Locate(picture, settings, masks, progress, stop), settings, progress, stop);

    LearningState Begin(LearningTarget target, ExtractionSettings settings, LearningProgress? from, IProgress<ProgressEvent>? progress,
        CancellationToken stop)
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

    MergedState Learn(LearningTarget target, LearningState state, ExtractionSettings settings, IProgress<ProgressEvent>? progress,
        CancellationToken stop)
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

    // A word that is cut off in its own prompt would be learned from nothing.
    void RequireRoom(int vectors)
    {
        var prompts = new PromptEncoder(model.Texts, [new Placeholder(ConceptWord.NameOf(0), vectors)]);
        SettingsCheck.Rule(!prompts.Tokenize(TrainingPrompt.Of(0).Text).WasCut,
            $"learning.vectors {vectors} does not fit the prompts of {model.PromptPositions} tokens that {model.Name} reads; use fewer.");
    }

    // (1,3,H,W) in [-1,1]
    Tensor Square(RgbImage picture, ExtractionSettings settings)
    {
        var side = model.SideFor("resolution", settings.Resolution);
        return PixelTensor.From(ImageResizer.Resize(picture, PixelSize.Square(side), ResizeFilter.Bilinear), model.Device);
    }
}
