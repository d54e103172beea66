using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

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

    /// <summary>The checkpoint; null for the embedded one.</summary>
    public ModelReference? Model { get; init; }

    public ComputeSettings Compute { get; init; } = new();

    /// <summary>Reads the picture and the checkpoint, and does the work with them.</summary>
    private protected ConceptsResult Work(OutputFolder output, JobContext context, Func<PictureWork, ConceptsResult> work)
    {
        output.Check(Picture, Masks, FolderOf(Model));
        var image = ImageReader.ReadWithDigest(Picture, ImageReadOptions.Default with { Exif = Exif });
        var masks = Masks is null ? null : MaskFolder.ReadFor(Masks, image.Image.Size);
        var log = new RunLog(context);
        log.Begin(ModelPool.LoadPhase);
        return context.Models.Use(Model, Compute, context, loaded =>
        {
            context.Stop.ThrowIfCancellationRequested();
            var settings = Settings with { Resolution = loaded.Model.SideFor("resolution", Settings.Resolution) };
            return work(new PictureWork(Path.GetFileName(Picture), image, masks, settings, loaded, output, context, log));
        });
    }
}

/// <summary>A picture, read, with the checkpoint it is worked on with.</summary>
/// <param name="Name">The file's name, without its folder.</param>
/// <param name="Image">The picture at its own size.</param>
/// <param name="Masks">The masks that are given; null where concepts are looked for.</param>
/// <param name="Settings">With the resolution that is taken.</param>
/// <param name="Loaded">The checkpoint.</param>
/// <param name="Output">Where results go.</param>
/// <param name="Context">What the job runs in.</param>
/// <param name="Log">Passes events on to it.</param>
sealed record PictureWork(
    string Name, DecodedImage Image, IReadOnlyList<Mask>? Masks, ExtractionSettings Settings, LoadedModel Loaded, OutputFolder Output, JobContext Context, RunLog Log)
{
    public ConceptExtractor Extractor { get; } = new(Loaded.Model);

    public IReadOnlyList<LocatedConcept> Locate(CancellationToken stop) => Extractor.Locate(Image.Image, Settings, Masks, Log, stop);

    /// <summary>Writes a folder of concepts.</summary>
    /// <param name="located">Where they are.</param>
    /// <param name="learned">What else there is to tell.</param>
    public ConceptsResult Write(IReadOnlyList<LocatedConcept> located, Func<ExtractionReport, ExtractionReport>? learned = null)
    {
        var report = new ExtractionReport
        {
            ImageName = Name, Image = Image, Model = Loaded.Record, Settings = Settings, GivenMasks = Masks is not null, Located = located,
            Run = Log.Record(Loaded.Machine),
        };
        ConceptManifest? manifest = null;
        Output.Write(folder => manifest = ConceptFolderWriter.Write(folder, learned?.Invoke(report) ?? report));
        Context.Report(new Produced(Output.Path));
        return new ConceptsResult(Output.Path, manifest!, Context.Warnings);
    }
}

/// <summary>Find the concepts of a picture, without learning words for them: a person may look at the masks, edit them, and have words learned on them.</summary>
public sealed record LocalizationRequest : PictureRequest
{
    /// <inheritdoc/>
    public override ConceptsResult Work(JobContext context)
    {
        Settings.Validated();
        return Work(Folder(ResultNames.Localization), context, work =>
        {
            var located = work.Locate(context.Stop);
            context.Stop.ThrowIfCancellationRequested();
            return work.Write(located);
        });
    }
}

/// <summary>A folder of concepts.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Manifest">Its <c>concepts.json</c>.</param>
/// <param name="Warnings">What was warned of.</param>
public sealed record ConceptsResult(string Output, ConceptManifest Manifest, IReadOnlyList<string> Warnings);
