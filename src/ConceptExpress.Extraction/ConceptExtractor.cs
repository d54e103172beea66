using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>A picture in, its concepts out. Works on the calling thread; knows no files and no console.</summary>
public sealed class ConceptExtractor(StableDiffusion model)
{
    /// <summary>Where the concepts are, without learning their words (method 1).</summary>
    /// <exception cref="ArgumentException">The settings ask for given masks.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Locate(Picture picture, ExtractionSettings settings, IProgress<ExtractionEvent>? progress = null, CancellationToken stop = default)
    {
        if (settings.GivenMasks) throw new ArgumentException("the settings say that masks are given, but none are", nameof(settings));
        return Located(settings, progress, (noise, onPass) => new ConceptLocator(model, settings).Locate(AsTensor(picture), noise, onPass, stop));
    }

    /// <summary>The concepts whose places are given, described as if they had been found there.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="masks">On the picture's latent grid, none empty; they may overlap.</param>
    /// <param name="settings">With <see cref="ExtractionSettings.GivenMasks"/>.</param>
    /// <param name="progress">Receives events.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ArgumentException">The settings do not ask for given masks, or a mask is empty or not on the grid.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<LocatedConcept> Locate(
        Picture picture, IReadOnlyList<GridMask> masks, ExtractionSettings settings, IProgress<ExtractionEvent>? progress = null, CancellationToken stop = default)
    {
        if (!settings.GivenMasks) throw new ArgumentException("masks are given, but the settings do not ask for them", nameof(settings));
        return Located(settings, progress, (noise, onPass) => new ConceptLocator(model, settings).Describe(AsTensor(picture), masks, noise, onPass, stop));
    }

    /// <summary>Finds the concepts and learns a word for each (method 1 and 2). Where nothing is found, nothing is learned.</summary>
    /// <exception cref="ArgumentException">The settings ask for given masks.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ConceptSet Extract(Picture picture, ExtractionSettings settings, IProgress<ExtractionEvent>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        return Learn(picture, Locate(picture, settings, progress, stop), settings, progress, stop);
    }

    /// <summary>Learns a word for each concept whose place is given (method 2).</summary>
    /// <inheritdoc cref="Locate(Picture, IReadOnlyList{GridMask}, ExtractionSettings, IProgress{ExtractionEvent}?, CancellationToken)"/>
    public ConceptSet Extract(
        Picture picture, IReadOnlyList<GridMask> masks, ExtractionSettings settings, IProgress<ExtractionEvent>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        return Learn(picture, Locate(picture, masks, settings, progress, stop), settings, progress, stop);
    }

    static IReadOnlyList<LocatedConcept> Located(
        ExtractionSettings settings, IProgress<ExtractionEvent>? progress, Func<INoiseSource, Action<int>, IReadOnlyList<LocatedConcept>> locate)
    {
        using var scope = NewDisposeScope();
        using var noise = new RandomStream(settings.Seed, "localization");
        progress?.Report(new PhaseStarted(ExtractionPhase.Locating, ConceptLocator.Evaluations(settings)));
        var concepts = locate(noise, pass => progress?.Report(new LocatingPassDone(pass)));
        progress?.Report(new ConceptsLocated(concepts));
        return concepts;
    }

    ConceptSet Learn(Picture picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings, IProgress<ExtractionEvent>? progress, CancellationToken stop)
    {
        if (located.Count == 0) return new ConceptSet([], default);
        using var target = LearningTarget.Of(model, AsTensor(picture), located, settings);
        var starts = settings.TokenStart == TokenStart.BestWords ? SearchWords(target, settings, progress, stop) : null;
        using var table = TokenTable.Create(model, located.Count, settings, starts);
        using var draws = new SeededTrainingDraws(settings.Seed);
        using var learner = new ConceptLearner(model, target, table, settings, draws);

        var lastPass = new List<LossValues>();
        void Report(OptimizerStepDone done)
        {
            if (done.Pass == settings.Passes - 1) lastPass.Add(done.Losses);
            progress?.Report(done);
        }
        var mergeAt = Math.Clamp(settings.MergePass, 0, settings.Passes);
        progress?.Report(new PhaseStarted(ExtractionPhase.LearningSplitTokens, mergeAt * located.Count * settings.SplitTokens));
        var split = learner.Run(new SplitTokens(table), 0, mergeAt, Report, stop);
        progress?.Report(new PhaseStarted(ExtractionPhase.LearningMergedTokens, (settings.Passes - mergeAt) * (located.Count + 1)));
        var learned = learner.Run(split.MergeByMean(), mergeAt, settings.Passes, Report, stop);

        var concepts = located.Zip(learned.Embeddings(), (place, embedding) => (place, embedding))
            .Select((pair, i) => new Concept(TokenTable.Word(i), pair.place, pair.embedding)).ToList();
        return new ConceptSet(concepts, LossValues.MeanOf(lastPass));
    }

    Tensor SearchWords(LearningTarget target, ExtractionSettings settings, IProgress<ExtractionEvent>? progress, CancellationToken stop)
    {
        var search = new WordSearch(model, target, settings);
        progress?.Report(new PhaseStarted(ExtractionPhase.SearchingWords, search.Trials));
        return search.Starts(() => progress?.Report(new WordTried()), stop);
    }

    Tensor AsTensor(Picture picture) => tensor(picture.Pixels, [1, 3, picture.Height, picture.Width], device: model.Device);
}
