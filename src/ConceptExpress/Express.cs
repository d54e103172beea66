using System.Security.Cryptography;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Jobs.Naming;
using ConceptExpress.Jobs.Telemetry;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;

namespace ConceptExpress;

/// <summary>Finds the concepts of a picture, learns a word for each, and draws with these words.</summary>
/// <remarks>
/// The checkpoint is read by the first call that computes, and kept until <see cref="Dispose"/>. Calls may come from several threads; they
/// run one after another, on a thread of the checkpoint. Progress is reported on that thread, so do not call <see cref="Express"/> while
/// you handle an event: the call would wait for itself.
/// </remarks>
/// <example>
/// <code>
/// using var express = Express.Open(); var concepts = express.Extract("toys.png"); concepts.Save("out"); express.Generate(concepts, "a
/// photo of &lt;asset0&gt; on grass").Save("drawn.png");
/// </code>
/// </example>
public sealed class Express : IDisposable
{
    readonly ModelPool pool = new();
    readonly ModelReference model;
    readonly ComputeSettings compute;

    Express(ModelReference model, ComputeSettings compute) => (this.model, this.compute) = (model, compute);

    /// <summary>Chooses a checkpoint and what computes it. Nothing is read yet.</summary>
    /// <param name="model">The checkpoint. The default is null: the embedded one, which knows a small world of toys.</param>
    /// <param name="compute">
    /// Device, precision and threads. The default is null: a CUDA device if there is one, fp32, and one thread per core. The first call
    /// that computes checks them.
    /// </param>
    /// <exception cref="CheckpointException">The checkpoint does not exist.</exception>
    public static Express Open(ModelReference? model = null, ComputeSettings? compute = null)
    {
        var express = new Express(model ?? ModelReference.Embedded, compute ?? new ComputeSettings());
        express.pool.FolderOf(express.model);
        return express;
    }

    /// <summary>Finds the concepts of a picture file and learns a word for each (method 1 and 2).</summary>
    /// <param name="path">
    /// The path of a JPEG, PNG or WebP file within the limits of <see cref="ImageReadOptions.Default"/>. The picture is turned upright.
    /// </param>
    /// <param name="settings">The settings. The default is null: <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="masks">
    /// The masks of the concepts, at least one, none empty, each in the picture's proportions; they may overlap. The default is null: look
    /// for the concepts.
    /// </param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">
    /// Cancels while the call waits, and between evaluations of the UNet or optimizer steps. The default cannot be cancelled.
    /// </param>
    /// <returns>The concepts with their words; none if nothing stands out in the picture.</returns>
    /// <exception cref="ImageException">The file is missing, too large, not a picture of these formats, or damaged.</exception>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit this checkpoint, or this machine has no such device.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="masks"/> has no masks, an empty one, or one whose proportions differ from the picture's.
    /// </exception>
    /// <exception cref="LearningDivergedException">Learning met a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public PictureConcepts Extract(string path, ExtractionSettings? settings = null, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Extract(ImageReader.ReadWithDigest(path), Path.GetFileName(path), settings, masks, progress, stop);

    /// <summary>Finds the concepts of a picture in memory and learns a word for each (method 1 and 2).</summary>
    /// <param name="picture">A picture of any size and proportions.</param>
    /// <param name="name">The file name that results give to the picture. The default is picture.png.</param>
    /// <param name="settings">The settings. The default is null: <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="masks">
    /// The masks of the concepts, at least one, none empty, each in the picture's proportions; they may overlap. The default is null: look
    /// for the concepts.
    /// </param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">
    /// Cancels while the call waits, and between evaluations of the UNet or optimizer steps. The default cannot be cancelled.
    /// </param>
    /// <returns>The concepts with their words; none if nothing stands out in the picture.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit this checkpoint, or this machine has no such device.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="masks"/> has no masks, an empty one, or one whose proportions differ from the picture's.
    /// </exception>
    /// <exception cref="LearningDivergedException">Learning met a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public PictureConcepts Extract(RgbImage picture, string name = "picture.png", ExtractionSettings? settings = null,
        IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Extract(new DecodedImage(picture, Convert.ToHexStringLower(SHA256.HashData(picture.Pixels))), name, settings, masks, progress,
            stop);

    /// <summary>Finds the concepts of a picture without learning words (method 1), which takes a small part of the time.</summary>
    /// <param name="picture">A picture of any size and proportions.</param>
    /// <param name="settings">The settings. The default is null: <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">Cancels while the call waits, and between evaluations of the UNet. The default cannot be cancelled.</param>
    /// <returns>A mask of the picture's size for each concept, in the order of the words; none if nothing stands out.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit this checkpoint, or this machine has no such device.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<Mask> Locate(RgbImage picture, ExtractionSettings? settings = null, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Use("localize", progress, stop, (loaded, context) => new ConceptExtractor(loaded.Model)
            .Locate(picture, settings ?? ExtractionSettings.Express, null, context, stop)
            .Select(concept => concept.ToMask(picture.Size)).ToList());

    /// <summary>Draws a picture with the words of a picture's concepts (method 3).</summary>
    /// <param name="concepts">Concepts learned with this checkpoint. That is checked only by the width of their vectors.</param>
    /// <param name="prompt">
    /// May contain the words: "a photo of &lt;toybox-01-asset0&gt; on grass". A word may be shortened to what follows one of its dashes
    /// (&lt;asset0&gt;) if no other word ends so. Words that are not known are read as ordinary text, and the end of a long prompt is cut
    /// off.
    /// </param>
    /// <param name="seed">The seed of the initial noise, 0 to 2^53 - 1. Another seed draws another picture. The default is 0.</param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">Cancels while the call waits, and between evaluations of the UNet. The default cannot be cancelled.</param>
    /// <returns>A square picture of the checkpoint's trained resolution.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// The seed is out of its range, a compute setting is invalid, or this machine has no such device.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A vector has another width than the checkpoint's, or a word has no vector, is given twice, is blank, begins or ends with a space, or
    /// is known to the checkpoint already.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public RgbImage Generate(PictureConcepts concepts, string prompt, long seed = 0,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
            Generate(concepts.Words, prompt, seed, progress, stop);

    /// <summary>Draws a picture with learned words (method 3).</summary>
    /// <param name="words">
    /// Words of this checkpoint: <see cref="PictureConcepts.Words"/>, <see cref="ConceptFolder.Words"/> of a folder on disk, or
    /// <see cref="Library.Embeddings.EmbeddingFile.Words"/> of an embedding file of any program. That is
    /// checked only by the width of their vectors. May be empty.
    /// </param>
    /// <param name="prompt">
    /// May contain the words: "a photo of &lt;toybox-01-asset0&gt; on grass". A word may be shortened to what follows one of its dashes
    /// (&lt;asset0&gt;) if no other word ends so. Words that are not known are read as ordinary text, and the end of a long prompt is cut
    /// off.
    /// </param>
    /// <param name="seed">The seed of the initial noise, 0 to 2^53 - 1. Another seed draws another picture. The default is 0.</param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">Cancels while the call waits, and between evaluations of the UNet. The default cannot be cancelled.</param>
    /// <returns>A square picture of the checkpoint's trained resolution.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// The seed is out of its range, a compute setting is invalid, or this machine has no such device.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A vector has another width than the checkpoint's, or a word has no vector, is given twice, is blank, begins or ends with a space, or
    /// is known to the checkpoint already.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public RgbImage Generate(IReadOnlyList<ConceptWord> words, string prompt, long seed = 0, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Generate(words, new GenerationSettings { Prompt = prompt, Seed = seed }, progress, stop);

    /// <summary>Draws a picture with learned words and settings of one's own (method 3).</summary>
    /// <param name="words">Words of this checkpoint, which is checked only by the width of their vectors. May be empty.</param>
    /// <param name="settings">Prompts, sampler, size and seed.</param>
    /// <param name="progress">Receives phases, steps and warnings. The default is null: nobody is told.</param>
    /// <param name="stop">Cancels while the call waits, and between evaluations of the UNet. The default cannot be cancelled.</param>
    /// <returns>A picture of the width and height in the settings.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit this checkpoint, or this machine has no such device.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// a vector has another width than the checkpoint's, or a word has no vector, is given twice, is blank, begins or ends with a space, or
    /// is known to the checkpoint already.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public RgbImage Generate(IReadOnlyList<ConceptWord> words, GenerationSettings settings, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Use("generate", progress, stop, (loaded, context) =>
        {
            settings.ValidatedFor(loaded.Model);
            string InFull(string prompt) => ConceptNames.InFull(prompt, [.. words.Select(word => word.Token)]);
            settings = settings with { Prompt = InFull(settings.Prompt), NegativePrompt = InFull(settings.NegativePrompt) };
            var painter = new TextToImage(loaded.Model, words);
            context.Report(new PhaseBegan("draw", painter.Evaluations(settings.Sampling)));
            return painter.Generate(settings, context, stop);
        });

    PictureConcepts Extract(DecodedImage image, string name, ExtractionSettings? settings, IReadOnlyList<Mask>? masks,
        IProgress<ProgressEvent>? progress, CancellationToken stop) =>
        Use("extract", progress, stop, (loaded, context) =>
        {
            foreach (var warning in image.Warnings) context.Report(new Warned(warning));
            settings ??= ExtractionSettings.Express;
            settings = settings with { Resolution = loaded.Model.SideFor("resolution", settings.Resolution) };
            var (extractor, log) = (new ConceptExtractor(loaded.Model), new RunLog(context));
            var located = extractor.Locate(image.Image, settings, masks, log, stop);
            var learned = extractor.Learn(image.Image, located, settings, log, stop);
            return new PictureConcepts(new ExtractionReport
            {
                ImageName = name,
                Image = image,
                Model = loaded.Record,
                Settings = settings,
                GivenMasks = masks is not null,
                Located = located,
                Learned = learned,
                WordMaps = extractor.WordMapsOf(image.Image, learned.Words, settings, log, stop),
                Namings = ConceptNamer.NamesOf(learned, image.Image, loaded, null, log, stop),
                Steps = log.Steps,
                Warnings = context.Warnings,
                Run = log.Record(loaded.Machine),
            });
        });

    T Use<T>(string job, IProgress<ProgressEvent>? progress, CancellationToken stop, Func<LoadedModel, JobContext, T> work)
    {
        var context = new JobContext(pool, progress, stop);
        return JobObserver.Run(job, context, () => pool.Use(model, compute, context, loaded => work(loaded, context)));
    }

    /// <summary>Waits for running calls, and frees the checkpoint. A later call would read it again.</summary>
    public void Dispose() => pool.Dispose();
}
