using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>
/// Finds the concepts of a picture and learns a word for each. Runs on the calling thread. While a call runs, nothing else may use the
/// checkpoint: the call records the attention inside its UNet. Uses no files and no console.
/// </summary>
/// <param name="model">The checkpoint. Its weights do not change, and it stays the caller's to dispose of.</param>
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
    /// The masks of the concepts, one or more, if they are known. Each has the picture's proportions and is not empty. Masks may overlap.
    /// The default is null: the concepts are searched for.
    /// </param>
    /// <param name="progress">
    /// Receives the phase, each evaluation of the UNet, warnings and the result (<see cref="ConceptsLocated"/>). The default is null: no
    /// reports.
    /// </param>
    /// <param name="stop">Cancels between evaluations of the UNet. The default never cancels.</param>
    /// <returns>
    /// The concepts, in the order of the locator or of <paramref name="masks"/>; none if no masks are given and nothing stands out.
    /// </returns>
    /// <exception cref="SettingsException">
    /// The settings are invalid (<see cref="ExtractionSettings.Validated"/>), or the resolution does not fit this checkpoint.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="masks"/> has no masks, an empty one, or one whose proportions differ from the picture's. Or attention has values
    /// that are not finite.
    /// </exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">
    /// <see cref="PublishedLocating"/> only: the UNet's down and up blocks attend to the text at no common resolution.
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
            ? locator.Locate(pixels, picture, noise, Evaluated, stop)
            : locator.Describe(pixels, picture, masks, noise, Evaluated, stop);
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
    /// Receives the phases, every trial of the word search, every optimizer step (<see cref="OptimizerStepDone"/>), and the states from
    /// which learning can resume (<see cref="StartFound"/>, <see cref="PassDone"/>). The default is null: no reports.
    /// </param>
    /// <param name="stop">Cancels between steps and between trials of the word search. The default never cancels.</param>
    /// <param name="from">
    /// Where to resume, reached with the same picture, concepts and settings. The result is the same as without a break. The default is
    /// null: learning begins anew.
    /// </param>
    /// <returns>
    /// The concepts in the order of <paramref name="located"/>, with their words; no concepts if <paramref name="located"/> is empty. Words
    /// are called as <see cref="Words"/> says.
    /// </returns>
    /// <exception cref="SettingsException">
    /// The settings are invalid (<see cref="ExtractionSettings.Validated"/>), or do not fit this checkpoint: the resolution, too many
    /// vectors for its prompts, or with <see cref="LateWords"/> more rows than its vocabulary has.
    /// </exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">
    /// The UNet's down and up blocks attend to the text at no common resolution. Or, with <see cref="BestWords"/>, the vocabulary has no
    /// word that is long enough.
    /// </exception>
    /// <exception cref="LearningDivergedException">A loss, a gradient or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public ConceptSet Learn(RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default, LearningProgress? from = null)
    {
        var learning = settings.Validated().Learning;
        if (located.Count == 0) return new ConceptSet([], null);
        RequireRoom(learning.Vectors);
        if (model.WordNames.Stem != WordNames.UsualStem)
            progress?.Report(
                new Noted($"{model.Name} knows {new WordNames(WordNames.UsualStem).Of(0)} or the like already, so words are called "
                + $"{model.WordNames.Of(0)}, {model.WordNames.Of(1)} and so on."));
        using var scope = NewDisposeScope();
        using var target = LearningTarget.FromPicture(model, Square(picture, settings), located, settings.Losses.Denoising.MaskMargin,
            learning.CloseUps);
        var learned = Learn(target, from?.State ?? Begin(target, settings, from, progress, stop), settings, progress, stop);
        return Words(located, learned);
    }

    /// <summary>Returns the words of a state of learning, finished or not, with the concepts that they belong to.</summary>
    /// <param name="located">The concepts, in the order in which learning received them.</param>
    /// <param name="state">The state; before the merge, a word is the mean of its concept's split tokens.</param>
    /// <returns>
    /// The concepts with words called <c>&lt;asset0&gt;</c>, <c>&lt;asset1&gt;</c>, ..., or <c>&lt;assetb0&gt;</c>, ... if the checkpoint
    /// knows words of the first form already. The losses are those of the state.
    /// </returns>
    public ConceptSet Words(IReadOnlyList<LocatedConcept> located, LearningState state) => new(
        [.. located.Zip(state.Words()).Select((pair, i) => new Concept(new ConceptWord(model.WordNames.Of(i), pair.Second), pair.First))],
        state.Losses);

    /// <summary>Locates the concepts and learns a word for each: <see cref="Locate"/>, then <c>Learn</c>.</summary>
    /// <param name="picture">
    /// A picture of any size and proportions. It is resized to a square of <see cref="ExtractionSettings.Resolution"/>, without keeping its
    /// proportions.
    /// </param>
    /// <param name="settings">The settings.</param>
    /// <param name="masks">
    /// The masks of the concepts, one or more, as in <see cref="Locate"/>. The default is null: the concepts are searched for.
    /// </param>
    /// <param name="progress">Receives all that both methods report. The default is null: no reports.</param>
    /// <param name="stop">Cancels as in both methods. The default never cancels.</param>
    /// <returns>The concepts with their words; no concepts if nothing stands out.</returns>
    /// <exception cref="SettingsException">The settings are invalid, or do not fit this checkpoint.</exception>
    /// <exception cref="ArgumentException">A mask is unusable, or attention is not finite, as in <see cref="Locate"/>.</exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The method cannot work with this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">A loss, a gradient or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public ConceptSet Extract(RgbImage picture, ExtractionSettings settings, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Learn(picture, Locate(picture, settings, masks, progress, stop), settings, progress, stop);

    /// <summary>Shows where the learned words are seen in their picture. Nothing that is learned depends on it.</summary>
    /// <param name="picture">The picture from which the words were learned.</param>
    /// <param name="words">The words; may be empty.</param>
    /// <param name="settings">The settings with which they were learned.</param>
    /// <param name="progress">Receives the phase and each evaluation of the UNet, one per word; null for no reports.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>One map per word, in their order.</returns>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The UNet computes values that are not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    internal IReadOnlyList<AttentionMap> WordMapsOf(RgbImage picture, IReadOnlyList<ConceptWord> words, ExtractionSettings settings,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        if (words.Count == 0) return [];
        using var scope = NewDisposeScope();
        progress?.Report(new PhaseBegan(Phases.ReadAttention, words.Count));
        return WordMaps.Of(model, Square(picture, settings), words, settings.Seed, () => progress?.Report(new Advanced()), stop);
    }

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
        var prompts = new PromptEncoder(model.Texts, [new Placeholder(model.WordNames.Of(0), vectors)]);
        SettingsCheck.Rule(!prompts.Tokenize(TrainingPrompt.Of(model.WordNames, 0).Text).WasCut,
            $"learning.vectors {vectors} does not fit the prompts of {model.PromptPositions} tokens that {model.Name} reads; use fewer.");
    }

    // (1,3,H,W) in [-1,1]
    Tensor Square(RgbImage picture, ExtractionSettings settings)
    {
        var side = model.SideFor("resolution", settings.Resolution);
        return PixelTensor.From(ImageResizer.Resize(picture, PixelSize.Square(side), ResizeFilter.Bilinear), model.Device);
    }
}
