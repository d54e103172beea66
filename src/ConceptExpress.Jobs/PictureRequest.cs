using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>A job that locates the concepts of a picture (method 1), or takes them from given masks.</summary>
public abstract record PictureRequest : FolderRequest<ConceptsResult>
{
    /// <summary>
    /// Path of a JPEG, PNG or WebP file, up to 256 MiB and 64 million pixels. It is resized to a square of
    /// <see cref="ExtractionSettings.Resolution"/>, without keeping its proportions.
    /// </summary>
    public required string Picture { get; init; }

    /// <summary>How to handle the orientation that a camera wrote into the file of the picture.</summary>
    /// <value>The default is <see cref="Exif.Apply"/>.</value>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>
    /// Path of a folder with a mask per concept: <c>mask0.png</c>, <c>mask1.png</c>, ..., or <c>asset0.png</c>, <c>asset1.png</c>, ..., as
    /// in results. Null to locate the concepts. Grey above 127 is inside the concept. All masks have the same size, with the picture's
    /// proportions, and none is empty. They may overlap.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Masks { get; init; }

    /// <summary>Settings for locating and learning.</summary>
    /// <value>The default is <see cref="ExtractionSettings.Express"/>.</value>
    public ExtractionSettings Settings { get; init; } = ExtractionSettings.Express;

    /// <summary>The checkpoint; null for <see cref="ModelReference.Embedded"/>.</summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>Where and how to compute.</summary>
    /// <value>The default has each property's default: device <c>auto</c>, fp32, one thread per core.</value>
    public ComputeSettings Compute { get; init; } = new();

    /// <summary>The files and folders that the job reads, into which no result may be written; null entries count for nothing.</summary>
    private protected virtual IEnumerable<string?> Inputs => [Picture, Masks, FolderOf(Model)];

    /// <summary>Reads the picture and the checkpoint, and runs the work with them.</summary>
    /// <param name="output">The folder for the results.</param>
    /// <param name="context">The context of the job.</param>
    /// <param name="previews">How previews are drawn; null if nothing is learned.</param>
    /// <param name="work">The work.</param>
    private protected ConceptsResult Work(OutputFolder output, JobContext context, PreviewSettings? previews,
        Func<PictureWork, ConceptsResult> work)
    {
        output.Check(Inputs);
        var image = ImageReader.ReadWithDigest(Picture, ImageReadOptions.Default with { Exif = Exif });
        foreach (var warning in image.Warnings) context.Report(new Warned(warning));
        var masks = Masks is null ? null : MaskFolder.ReadFor(Masks, image.Image.Size);
        if (!Compute.IgnoreEstimate) DiskCheck.Require(Output, image.Image.Size, masks?.Count, previews, context.Machine);
        var log = new RunLog(context);
        log.Begin(ModelPool.LoadPhase);
        return context.Models.Use(Model, Compute, context, loaded =>
        {
            context.Stop.ThrowIfCancellationRequested();
            var settings = Settings with { Resolution = loaded.Model.SideFor("resolution", Settings.Resolution) };
            return work(new PictureWork(Path.GetFileName(Picture), image, masks, settings, loaded, output, context, log));
        }, MemoryNeed.OfExtraction(Settings, previews));
    }
}

/// <summary>A picture and a checkpoint, both read, and what else a job on them needs.</summary>
/// <param name="Name">The name of the picture's file, without its folder.</param>
/// <param name="Image">The picture at its original size.</param>
/// <param name="Masks">The given masks; null to locate the concepts.</param>
/// <param name="Settings">The settings. The resolution is filled in.</param>
/// <param name="Loaded">The checkpoint.</param>
/// <param name="Output">The folder for the results.</param>
/// <param name="Context">The context of the job.</param>
/// <param name="Log">Forwards events to the context, and keeps times and steps.</param>
sealed record PictureWork(
    string Name, DecodedImage Image, IReadOnlyList<Mask>? Masks, ExtractionSettings Settings, LoadedModel Loaded, OutputFolder Output,
    JobContext Context, RunLog Log)
{
    public ConceptExtractor Extractor { get; } = new(Loaded.Model);

    /// <summary>The expected time and memory; null if nothing was estimated.</summary>
    public EstimateRecord? Estimate { get; init; }

    public IReadOnlyList<LocatedConcept> Locate(CancellationToken stop) => Extractor.Locate(Image.Image, Settings, Masks, Log, stop);

    /// <summary>Writes the folder of concepts.</summary>
    /// <param name="located">The located concepts.</param>
    /// <param name="learned">Adds words and previews to the report; null if nothing was learned.</param>
    public ConceptsResult Write(IReadOnlyList<LocatedConcept> located, Func<ExtractionReport, ExtractionReport>? learned = null)
    {
        var report = new ExtractionReport
        {
            ImageName = Name,
            Image = Image,
            Model = Loaded.Record,
            Settings = Settings,
            GivenMasks = Masks is not null,
            Located = located,
            Warnings = Context.Warnings,
            Run = Log.Record(Loaded.Machine) with { Estimate = Estimate },
        };
        ConceptManifest? manifest = null;
        Output.Write(folder => manifest = ConceptFolderWriter.Write(folder, learned?.Invoke(report) ?? report));
        Context.Report(new Produced(Output.Path));
        return new ConceptsResult(Output.Path, manifest!, Context.Warnings);
    }
}

/// <summary>
/// Locates the concepts of a picture without learning words for them. A person can check and edit the masks, and then extract with them.
/// </summary>
public sealed record LocalizationRequest : PictureRequest
{
    /// <summary>
    /// Whether the other preset's locator looks at the picture, too, and <c>compare.png</c> shows what both found side by side. Everything
    /// else is that of <see cref="PictureRequest.Settings"/>. Not possible with <see cref="PictureRequest.Masks"/>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Compare { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit the checkpoint, or this machine does not have the device.
    /// </exception>
    /// <exception cref="ImageException">
    /// The picture or a mask cannot be read, or the masks are missing, empty, of different sizes, or not of the picture's proportions.
    /// </exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The checkpoint is missing, damaged or of another kind.</exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced, or an input.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public override ConceptsResult Work(JobContext context) => Observed(context, Perform);

    ConceptsResult Perform(JobContext context)
    {
        Settings.Validated();
        SettingsCheck.Rule(!Compare || Masks is null,
            "given masks cannot be compared with what a locator finds; leave one of the two out.");
        return Work(Folder(ResultNames.Localization), context, previews: null, work =>
        {
            var located = work.Locate(context.Stop);
            var comparison = Compare ? Comparison(work, located, context.Stop) : null;
            context.Stop.ThrowIfCancellationRequested();
            return work.Write(located, report => report with { Comparison = comparison });
        });
    }

    static RgbImage Comparison(PictureWork work, IReadOnlyList<LocatedConcept> located, CancellationToken stop)
    {
        var (own, other) = work.Settings.Locating is PublishedLocating
            ? (Preset.Paper, Preset.Express) : (Preset.Express, Preset.Paper);
        var settings = work.Settings with { Locating = ExtractionSettings.For(other).Locating };
        var others = work.Extractor.Locate(work.Image.Image, settings, null, work.Log, stop);
        var picture = work.Image.Image;
        (string, RgbImage) Shown(Preset preset, IReadOnlyList<LocatedConcept> concepts) => (
            $"{preset.ToString().ToLowerInvariant()}: {concepts.Count}",
            ConceptOverlay.Draw(picture, [.. concepts.Select(concept => concept.ToMask(picture.Size))]));
        return ComparisonSheet.Of([("picture", picture), Shown(own, located), Shown(other, others)]);
    }
}

/// <summary>The result of a job that wrote a folder of concepts.</summary>
/// <param name="Output">Full path of the folder, with links resolved.</param>
/// <param name="Manifest">The content of its <c>concepts.json</c>. It has no concepts if nothing stands out in the picture.</param>
/// <param name="Warnings">The warnings in order, one sentence each; empty if there are none.</param>
public sealed record ConceptsResult(string Output, ConceptManifest Manifest, IReadOnlyList<string> Warnings);
