using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Jobs.Naming;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;

namespace ConceptExpress.Jobs;

/// <summary>
/// Locates the concepts of a picture (method 1), learns a word for each (method 2), and draws previews. Progress is saved in the hidden
/// folder <c>.unfinished</c> of the output folder. So an extraction that was stopped or killed can be resumed, with the same result.
/// </summary>
public sealed record ExtractionRequest : PictureRequest
{
    // Name of the phase, the same everywhere.
    internal const string DrawPreviews = "draw previews";

    /// <summary>
    /// How previews are drawn after learning, and with which sampler samples are drawn; null for the preview settings of the preset
    /// (<see cref="PreviewSettings.For"/>).
    /// </summary>
    /// <value>The default is null.</value>
    public PreviewSettings? Previews { get; init; }

    /// <summary>
    /// Whether to resume the unfinished extraction in the output folder, and to replace the unfinished words there. The picture, masks,
    /// checkpoint, precision, settings, previews and <see cref="SampleEvery"/> must be the same as before. If false, an unfinished
    /// extraction in the folder is discarded if <see cref="FolderRequest{TResult}.Replace"/> is true, and refused otherwise.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Resume { get; init; }

    /// <summary>
    /// Minimum time between two saved states in minutes, 0 to 1,000,000; 0 saves after every pass. Start vectors, and the states at the end
    /// of a phase or at a stop, are always saved.
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(0.0, 1e6)]
    public double SaveMinutes { get; init; } = 1;

    /// <summary>
    /// Stop this many minutes after the start of the job, and write the words as they are then, marked as unfinished and without previews;
    /// null learns to the end. 0 to 71,582 (the maximum of .NET's timers). Locating is not interrupted.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(0.0, 71_582)]
    public double? StopAfterMinutes { get; init; }

    /// <summary>
    /// Draw a sample of every word whenever this many passes are done, 1 to 100,000; null draws no samples. The samples of one pass are one
    /// file, such as <c>samples/pass-00010.png</c>.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, 100_000)]
    public int? SampleEvery { get; init; }

    /// <summary>
    /// Names for the first concepts, in their order, all different: 1 to 100 ASCII letters, digits, dots, dashes and underscores each. The
    /// name is that of the concept's files, and in angle brackets its word. Other concepts are called after the picture:
    /// <c>toybox-01-asset0</c>. Names that find no concept are told as a warning; with <see cref="PictureRequest.Masks"/>, they are
    /// refused.
    /// </summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>
    /// Path of the folder of a CLIP model in the Hugging Face layout, which looks for words that say what the concepts show
    /// (<see cref="ConceptNaming"/>); null for the embedded one with the embedded checkpoint, and for none with others. It does not change
    /// what is learned.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Clip { get; init; }

    private protected override IEnumerable<string?> Inputs => base.Inputs.Append(Clip);

    PreviewSettings PreviewsOrUsual => Previews ?? PreviewSettings.For(Settings.Preset);

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit the checkpoint, this machine does not have the device, or there is nothing to resume with this
    /// request.
    /// </exception>
    /// <exception cref="Imaging.ImageException">
    /// The picture or a mask cannot be read, or the masks are missing, empty, of different sizes, or not of the picture's proportions.
    /// </exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">
    /// The checkpoint or CLIP is missing, damaged or of another kind.
    /// </exception>
    /// <exception cref="StateException">The unfinished extraction is damaged, or was written by another version.</exception>
    /// <exception cref="LearningDivergedException">
    /// A value was not finite while learning. The words after the last pass before it are written, if there is one.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced, an unfinished
    /// extraction or an input, or is in use by another run.
    /// </exception>
    /// <exception cref="ResumableException">
    /// The job was cancelled after locating, or <see cref="StopAfterMinutes"/> ended before the first pass. The progress is kept; the words
    /// are written, too, if a pass is done.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled before learning; nothing was written.</exception>
    public override ConceptsResult Work(JobContext context) => Observed(context, Perform);

    ConceptsResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        Settings.Validated();
        PreviewsOrUsual.Sampling.Validated();
        CheckNames();
        var (output, states) = (new OutputFolder(Output, ResultNames.Extraction, Replace || Resume), new StateFolder(Output));
        SettingsCheck.Rule(!Resume || states.Exists, $"{Output} holds no unfinished extraction to resume; start a new one.");
        if (states.Exists && !Resume && !Replace)
            throw new OutputOccupiedException($"{Output} holds an unfinished extraction; resume it, or choose another output folder.",
                replaceable: true, resumable: true);
        using var limit = StopAfterMinutes is { } minutes
            ? new CancellationTokenSource(TimeSpan.FromMinutes(minutes), context.Clock)
            : new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stop, limit.Token);
        return Work(output, context, PreviewsOrUsual, work =>
        {
            SettingsCheck.Rule(work.Masks is null || Names.Count <= work.Masks.Count,
                $"there are {Names.Count} names, but only {work.Masks?.Count} masks; give at most one name per mask.");
            try
            {
                return Extract(work, states, stop.Token);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new OutputException(
                    $"{Output} cannot be written ({e.Message.TrimEnd('.')}); free some space, and resume the extraction.", e);
            }
        });
    }

    ConceptsResult Extract(PictureWork work, StateFolder states, CancellationToken stop)
    {
        // before the long work
        PreviewsOrUsual.Sampling.ValidatedFor(work.Loaded.Model.Schedule);
        if (Clip is not null) NamingEncoder.Load(Clip, work.Loaded.Model.Device).Dispose();
        var record = new StateRecord
        {
            Image = ImageRecord.Of(work.Name, work.Image),
            Masks = StateRecord.DigestOf(work.Masks),
            Model = work.Loaded.Record,
            Settings = work.Settings,
            Previews = PreviewsOrUsual,
            SampleEvery = SampleEvery,
        };
        if (Resume)
        {
            using var alone = states.Lock();
            var begun = states.Open();
            begun.Record.RequireSame(record, Output);
            work.Output.Sweep();
            return Learn(work, begun.Located, states, begun, alone, stop);
        }
        var expected = new RunEstimate(work.Loaded, work.Settings, PreviewsOrUsual, SampleEvery, work.Masks?.Count);
        work.Context.Report(new Noted(work.Masks is null
            ? $"This takes {RunEstimate.Words(expected.For(expected.Expected))}; how many there are is told when they are located."
            : $"This takes {RunEstimate.Words(expected.For(expected.Expected))}."));
        var located = work.Locate(work.Context.Stop);
        work = work with { Estimate = expected.For(located.Count) };
        TorchRuntime.ReturnFreedMemory();
        if (located.Count > 0 && located.Count != expected.Expected)
            work.Context.Report(new Noted($"This takes {RunEstimate.Words(work.Estimate)}."));
        work.Context.Stop.ThrowIfCancellationRequested();
        if (located.Count == 0 && states.Exists) states.Delete();
        if (located.Count == 0)
            return work.Write(located, report => Named(report) with { Learned = new ConceptSet([], null), Steps = work.Log.Steps });
        using var own = states.Lock();
        states.Begin(record, located);
        return Learn(work, located, states, null, own, stop);
    }

    ConceptsResult Learn(PictureWork work, IReadOnlyList<LocatedConcept> located, StateFolder states, UnfinishedExtraction? begun,
        FolderLock alone, CancellationToken stop)
    {
        var sampling = new Sampling(work, PreviewsOrUsual.Sampling, SampleEvery, states.Samples);
        ConceptsResult result;
        using (var keeper = new StateKeeper(states, begun, work.Log, TimeSpan.FromMinutes(SaveMinutes), work.Settings,
            state => sampling.Draw(located, state, stop)))
            result = Learn(work, located, keeper, stop);
        if (result.Manifest.Unfinished is null)
        {
            alone.Dispose();
            states.Delete();
        }
        return result;
    }

    ConceptsResult Learn(PictureWork work, IReadOnlyList<LocatedConcept> located, StateKeeper keeper, CancellationToken stop)
    {
        if (Names.Count > located.Count)
            work.Context.Report(new Warned($"{located.Count} concepts were found, so these names are not used: "
                + $"{string.Join(", ", Names.Skip(located.Count))}."));
        ExtractionReport Finished(ExtractionReport report, ConceptSet learned) =>
            Named(report) with { Learned = learned, Steps = work.Log.Steps, Samples = keeper.Samples };
        try
        {
            var learned = work.Extractor.Learn(work.Image.Image, located, work.Settings, keeper, stop, keeper.Reached);
            var maps = work.Extractor.WordMapsOf(work.Image.Image, learned.Words, work.Settings, work.Log, stop);
            var namings = ConceptNamer.NamesOf(learned, work.Image.Image, work.Loaded, Clip, work.Log, stop);
            var previews = PreviewsOrUsual.Count > 0 ? Paint(work, learned, PreviewsOrUsual, stop) : null;
            stop.ThrowIfCancellationRequested();
            return work.Write(located, report => Finished(report, learned) with
            {
                WordMaps = maps,
                Namings = namings,
                Previews = previews,
            });
        }
        catch (Exception e) when (Failure.IsOutOfMemory(e))
        {
            keeper.Save();
            throw OutOfMemory(work, e);
        }
        catch (Exception e) when (e is OperationCanceledException or LearningDivergedException)
        {
            keeper.Save();
            if (keeper.Reached.State is not { Pass: > 0 } state)
            {
                if (e is LearningDivergedException) throw;
                throw Stopped("no word is learned yet", e);
            }
            work.Log.Steps.KeepFirst(state.Step);
            var result = work.Write(located, report => Finished(report, new ConceptExtractor(work.Loaded.Model).Words(located, state)) with
            {
                Unfinished = new UnfinishedRecord(state.Pass, work.Settings.Learning.Passes),
            });
            if (e is LearningDivergedException)
                throw new LearningDivergedException(
                    $"{e.Message.TrimEnd('.')}; the words as they were after pass {state.Pass} are in {Output}.");
            return work.Context.Stop.IsCancellationRequested
                ? throw Stopped($"the words as they are after pass {state.Pass} can be used", e) : result;
        }
    }

    ExtractionReport Named(ExtractionReport report) => report with { GivenNames = Names };

    void CheckNames()
    {
        SettingsCheck.Rule(Names.All(name => name is not null && ConceptNames.IsName(name)),
            $"'{Names.FirstOrDefault(name => name is null || !ConceptNames.IsName(name))}' cannot be the name of a concept, which has 1 "
            + "to 100 ASCII letters, digits, dots, dashes and underscores; choose another.");
        SettingsCheck.Rule(Names.CountBy(name => name, StringComparer.OrdinalIgnoreCase).All(name => name.Value == 1),
            "two names are the same, or differ only in capital letters; give each concept its own.");
    }

    // Settings that only change the memory may differ when an extraction is resumed.
    MemoryShortageException OutOfMemory(PictureWork work, Exception inner)
    {
        var (learning, remedy) = (work.Settings.Learning, MemoryRemedy.None);
        if (Math.Min(learning.BatchSize, learning.AtOnce ?? learning.BatchSize) > 1) remedy = MemoryRemedy.LowMemory;
        return new MemoryShortageException($"memory ran out; the progress is kept in {Output}, from where the extraction can be resumed "
            + (remedy == MemoryRemedy.LowMemory ? "with learning.atOnce 1, or " : "") + "when more memory is free.", remedy,
            resumable: true, inner: inner);
    }

    ResumableException Stopped(string what, Exception inner) =>
        new($"stopped; {what}, and the progress is kept in {Output}, from where the extraction can be resumed.", inner);

    static PreviewSheet Paint(PictureWork work, ConceptSet learned, PreviewSettings settings, CancellationToken stop)
    {
        TorchRuntime.ReturnFreedMemory();
        var (model, log) = (work.Loaded.Model, work.Log);
        var painter = new ConceptPainter(model, learned.Words, settings.Sampling, work.Settings.Seed);
        var joint = learned.Words.Count > 1 && painter.Fitting == learned.Words.Count;
        if (learned.Words.Count > 1 && !joint)
            work.Context.Report(
                new Warned(
                $"no preview shows all {learned.Words.Count} concepts together, because the prompt would be too long for {model.Name}."));
        log.Report(new PhaseBegan(DrawPreviews, (learned.Words.Count * settings.Count + (joint ? 1 : 0)) * painter.Evaluations));
        return new PreviewSheet(settings, [.. learned.Words.Select(word => painter.Alone(word, settings.Count, log, stop))],
            joint ? painter.Together(1, log, stop)[0] : null);
    }

    /// <summary>
    /// Draws samples of the words as they are so far. The noise is the same every time, and independent of the noise for learning.
    /// </summary>
    sealed class Sampling(PictureWork work, SamplingSettings settings, int? every, string folder)
    {
        /// <summary>Draws a sample if one is due after this pass; returns the path of its file, or null.</summary>
        public string? Draw(IReadOnlyList<LocatedConcept> located, LearningState state, CancellationToken stop)
        {
            if (every is not { } passes || state.Pass % passes != 0) return null;
            TorchRuntime.ReturnFreedMemory();
            var words = new ConceptExtractor(work.Loaded.Model).Words(located, state).Words;
            var painter = new ConceptPainter(work.Loaded.Model, words, settings, work.Settings.Seed);
            var pictures = words.Select(word => painter.Alone(word, 1, null, stop)[0]).ToList();
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, ResultNames.Sample(state.Pass));
            WholeFile.Write(file, stream => Imaging.PngWriter.Write(stream, PictureGrid.Of(pictures)));
            work.Context.Report(new Produced(file));
            return file;
        }
    }
}
