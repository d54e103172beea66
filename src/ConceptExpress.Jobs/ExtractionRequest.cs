using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>A picture whose concepts are to be found.</summary>
public abstract record PictureRequest : FolderRequest<ConceptsResult>
{
    /// <summary>A JPEG, PNG or WebP file.</summary>
    public required string Picture { get; init; }

    /// <summary>What becomes of the camera's orientation.</summary>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>A folder of masks (<see cref="MaskFolder"/>) of the concepts; null looks for them.</summary>
    public string? Masks { get; init; }

    public ExtractionSettings Settings { get; init; } = ExtractionSettings.Express;

    /// <summary>A checkpoint's folder; null for the embedded one.</summary>
    public string? Model { get; init; }

    public ComputeSettings Compute { get; init; } = new();

    private protected abstract OutputKind Kind { get; }

    /// <summary>What is learned from the located concepts; null where nothing is.</summary>
    private protected abstract (ConceptSet? Learned, PreviewSheet? Previews) Learn(
        StableDiffusion model, RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings, JobContext context, IProgress<ProgressEvent> progress);

    /// <inheritdoc/>
    public override ConceptsResult Work(JobContext context)
    {
        Check();
        var output = Folder(Kind);
        output.Check(Picture, Masks, Model);
        var image = ImageReader.ReadWithDigest(Picture, ImageReadOptions.Default with { Exif = Exif });
        var masks = Masks is null ? null : MaskFolder.ReadFor(Masks, image.Image.Size);
        var log = new RunLog(context);
        log.Begin(ModelPool.LoadPhase);
        return context.Models.Use(Model, Compute, context, loaded =>
        {
            var settings = Settings with { Resolution = loaded.Model.SideFor("resolution", Settings.Resolution) };
            var record = loaded.Record;
            context.Stop.ThrowIfCancellationRequested();
            var located = new ConceptExtractor(loaded.Model).Locate(image.Image, settings, masks, log, context.Stop);
            var (learned, previews) = Learn(loaded.Model, image.Image, located, settings, context, log);
            context.Stop.ThrowIfCancellationRequested();
            ConceptManifest? manifest = null;
            output.Write(folder => manifest = ConceptFolderWriter.Write(folder, new ExtractionReport
            {
                ImageName = Path.GetFileName(Picture), Image = image, Model = record, Settings = settings, GivenMasks = masks is not null, Located = located,
                Learned = learned, Previews = previews, Steps = learned is null ? null : log.Steps, Run = log.Record(loaded.Machine),
            }));
            context.Report(new Produced(output.Path));
            return new ConceptsResult(output.Path, manifest!, context.Warnings);
        });
    }

    private protected virtual void Check() => Settings.Validated();
}

/// <summary>Find the concepts of a picture, and learn a word for each.</summary>
public sealed record ExtractionRequest : PictureRequest
{
    // The one name of this phase.
    const string DrawPreviews = "draw previews";

    /// <summary>How previews are drawn afterwards; null draws the preset's.</summary>
    public PreviewSettings? Previews { get; init; }

    private protected override OutputKind Kind => ResultNames.Extraction;

    private protected override void Check()
    {
        base.Check();
        if (Previews is null) return;
        SettingsCheck.Require(Previews, "previews");
        Previews.Sampling.Validated();
    }

    private protected override (ConceptSet?, PreviewSheet?) Learn(
        StableDiffusion model, RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings, JobContext context, IProgress<ProgressEvent> progress)
    {
        var previews = Previews ?? PreviewSettings.For(settings.Preset);
        previews.Sampling.ValidatedFor(model.Schedule); // before the long work
        var learned = new ConceptExtractor(model).Learn(picture, located, settings, progress, context.Stop);
        return (learned, previews.Count > 0 && learned.Concepts.Count > 0 ? Paint(model, learned, previews, settings.Seed, context, progress) : null);
    }

    static PreviewSheet Paint(StableDiffusion model, ConceptSet learned, PreviewSettings settings, long seed, JobContext context, IProgress<ProgressEvent> progress)
    {
        var painter = new ConceptPainter(model, learned.Words, settings.Sampling, seed);
        var joint = learned.Words.Count > 1 && painter.Fitting == learned.Words.Count;
        if (learned.Words.Count > 1 && !joint)
            context.Report(new Warned($"no preview shows all {learned.Words.Count} concepts together, because the prompt would be too long for {model.Name}."));
        progress.Report(new PhaseBegan(DrawPreviews, (learned.Words.Count * settings.Count + (joint ? 1 : 0)) * painter.Evaluations));
        return new PreviewSheet(settings, [.. learned.Words.Select(word => painter.Alone(word, settings.Count, progress, context.Stop))],
            joint ? painter.Together(1, progress, context.Stop)[0] : null);
    }
}

/// <summary>Find the concepts of a picture, without learning words for them: a person may look at the masks, edit them, and have words learned on them.</summary>
public sealed record LocalizationRequest : PictureRequest
{
    private protected override OutputKind Kind => ResultNames.Localization;

    private protected override (ConceptSet?, PreviewSheet?) Learn(
        StableDiffusion model, RgbImage picture, IReadOnlyList<LocatedConcept> located, ExtractionSettings settings, JobContext context, IProgress<ProgressEvent> progress) =>
        (null, null);
}

/// <summary>A folder of concepts.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Manifest">Its <c>concepts.json</c>.</param>
/// <param name="Warnings">What was warned of.</param>
public sealed record ConceptsResult(string Output, ConceptManifest Manifest, IReadOnlyList<string> Warnings);
