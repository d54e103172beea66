using System.Security.Cryptography;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;

namespace ConceptExpress;

/// <summary>
/// Finds the concepts of a picture, learns a word for each, and draws with these words. The checkpoint is read at the first call and kept
/// until
/// <see cref="Dispose"/>. Calls may come from several threads; they run one after another.
/// </summary>
/// <example>
/// <code>
/// using var express = Express.Open();
/// var concepts = express.Extract("toys.png");
/// concepts.Save("out");
/// express.Generate(concepts, "a photo of &lt;asset0&gt; on grass").Save("drawn.png");
/// </code>
/// </example>
public sealed class Express : IDisposable
{
    readonly ModelPool pool = new();
    readonly ModelReference model;
    readonly ComputeSettings compute;

    Express(ModelReference model, ComputeSettings compute) => (this.model, this.compute) = (model, compute);

    /// <summary>Chooses a checkpoint and what computes it.</summary>
    /// <param name="model">The checkpoint. The default is the embedded one, which knows a small world of toys.</param>
    /// <param name="compute">Device, precision and threads. The default is CUDA if there is some, fp32, and a thread per core.</param>
    /// <exception cref="CheckpointException">The checkpoint is not there.</exception>
    public static Express Open(ModelReference? model = null, ComputeSettings? compute = null)
    {
        var express = new Express(model ?? ModelReference.Embedded, compute ?? new ComputeSettings());
        express.pool.FolderOf(express.model);
        return express;
    }

    /// <summary>Finds the concepts of a picture file and learns a word for each.</summary>
    /// <param name="path">A JPEG, PNG or WebP file. It is turned upright.</param>
    /// <param name="settings">The default is <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="masks">Where the concepts are, in the picture's proportions; null to look for them.</param>
    /// <param name="progress">Receives phases and steps, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>No concepts if nothing stands out in the picture.</returns>
    /// <exception cref="ImageException">The file is missing, damaged or too large.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">Learning met a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public PictureConcepts Extract(string path, ExtractionSettings? settings = null, IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Extract(ImageReader.ReadWithDigest(path), Path.GetFileName(path), settings, masks, progress, stop);

    /// <summary>Finds the concepts of a picture in memory and learns a word for each.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What results call it.</param>
    /// <param name="settings">The default is <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="masks">Where the concepts are, in the picture's proportions; null to look for them.</param>
    /// <param name="progress">Receives phases and steps, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>No concepts if nothing stands out in the picture.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="LearningDivergedException">Learning met a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public PictureConcepts Extract(RgbImage picture, string name = "picture.png", ExtractionSettings? settings = null,
        IReadOnlyList<Mask>? masks = null,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Extract(new DecodedImage(picture, Convert.ToHexStringLower(SHA256.HashData(picture.Pixels))), name, settings, masks, progress,
            stop);

    /// <summary>Finds the concepts of a picture without learning words: seconds instead of minutes.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="settings">The default is <see cref="ExtractionSettings.Express"/>.</param>
    /// <param name="progress">Receives phases, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>A mask of the picture's size for each concept; none if nothing stands out.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">The settings cannot be, or not with this checkpoint.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<Mask> Locate(RgbImage picture, ExtractionSettings? settings = null, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Use(progress, stop, (loaded, context) => new ConceptExtractor(loaded.Model)
            .Locate(picture, settings ?? ExtractionSettings.Express, null, context, stop)
            .Select(concept => concept.Mask.ToMask(picture.Size)).ToList());

    /// <summary>Draws a picture with the words of a picture's concepts.</summary>
    /// <param name="concepts">The concepts, learned with this checkpoint.</param>
    /// <param name="prompt">May hold the words: "a photo of &lt;asset0&gt; on grass".</param>
    /// <param name="seed">Another seed draws another picture. The default is 0.</param>
    /// <param name="progress">Receives the sampler's steps, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>A picture of the checkpoint's trained resolution.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="ArgumentException">The words were learned with a checkpoint of another width.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Generate(PictureConcepts concepts, string prompt, long seed = 0,
        IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
            Generate(concepts.Words, prompt, seed, progress, stop);

    /// <summary>Draws a picture with learned words.</summary>
    /// <param name="words">
    /// Words of this checkpoint: <see cref="PictureConcepts.Words"/>, or <see cref="ConceptFolder.Words"/> of a folder on disk.
    /// </param>
    /// <param name="prompt">May hold the words: "a photo of &lt;asset0&gt; on grass".</param>
    /// <param name="seed">Another seed draws another picture. The default is 0.</param>
    /// <param name="progress">Receives the sampler's steps, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="ArgumentException">A vector has another width than the checkpoint's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Generate(IReadOnlyList<ConceptWord> words, string prompt, long seed = 0, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Generate(words, new GenerationSettings { Prompt = prompt, Seed = seed }, progress, stop);

    /// <summary>Draws a picture with learned words.</summary>
    /// <param name="words">Words of this checkpoint.</param>
    /// <param name="settings">What and how.</param>
    /// <param name="progress">Receives the sampler's steps, on the working thread.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or cannot be used.</exception>
    /// <exception cref="SettingsException">The checkpoint cannot draw these settings.</exception>
    /// <exception cref="ArgumentException">A vector has another width than the checkpoint's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Generate(IReadOnlyList<ConceptWord> words, GenerationSettings settings, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Use(progress, stop, (loaded, context) =>
        {
            var painter = new TextToImage(loaded.Model, words);
            context.Report(new PhaseBegan("draw", painter.Evaluations(settings.Sampling)));
            return painter.Generate(settings, context, stop);
        });

    PictureConcepts Extract(DecodedImage image, string name, ExtractionSettings? settings, IReadOnlyList<Mask>? masks,
        IProgress<ProgressEvent>? progress, CancellationToken stop) =>
        Use(progress, stop, (loaded, context) =>
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
                Steps = log.Steps,
                Run = log.Record(loaded.Machine),
            });
        });

    T Use<T>(IProgress<ProgressEvent>? progress, CancellationToken stop, Func<LoadedModel, JobContext, T> work)
    {
        var context = new JobContext(pool, progress, stop);
        return pool.Use(model, compute, context, loaded => work(loaded, context));
    }

    /// <summary>Waits for running calls, and forgets the checkpoint.</summary>
    public void Dispose() => pool.Dispose();
}
