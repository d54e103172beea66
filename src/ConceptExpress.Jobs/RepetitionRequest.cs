using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>
/// Draws a generated picture again, from the record in its PNG: the same bytes, if checkpoint, words, device, number of threads and version
/// are the same. The sheet of several pictures repeats its first one.
/// </summary>
public sealed record RepetitionRequest : FolderRequest<PicturesResult>
{
    /// <summary>The path of the picture, a PNG file.</summary>
    public required string Picture { get; init; }

    /// <summary>What to draw otherwise. All else is as recorded.</summary>
    /// <value>The default changes nothing.</value>
    public DrawingChanges Changes { get; init; } = new();

    /// <summary>
    /// Paths of folders where the picture's words are now. A word is recognized by the content of its file. Further words of the folders
    /// may be used in a changed prompt.
    /// </summary>
    /// <value>The default is empty: words are where they were.</value>
    public IReadOnlyList<string> Concepts { get; init; } = [];

    /// <summary>Embedding files, like <see cref="Concepts"/>.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<EmbeddingReference> Embeddings { get; init; } = [];

    /// <summary>Number of pictures, 1 to 1000. The seed increases by one with every further picture.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 1000)]
    public int Count { get; init; } = 1;

    /// <summary>The checkpoint; null for the recorded one, which is used only if it has the recorded fingerprint.</summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>
    /// The device, as in <see cref="ComputeSettings.Device"/>; null for the recorded one, or <c>auto</c> if this machine does not have it.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Device { get; init; }

    /// <summary>The precision; null for the recorded one.</summary>
    /// <value>The default is null.</value>
    public ComputePrecision? Precision { get; init; }

    /// <summary>The number of threads, 1 to 1024; null for the recorded one.</summary>
    /// <value>The default is null.</value>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ImageException">The picture is missing, is no PNG file, or has no record that can be read.</exception>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit the checkpoint, or the prompt has an unknown word or syntax that is not supported.
    /// </exception>
    /// <exception cref="EmbeddingException">The file of a word is gone or has other content.</exception>
    /// <exception cref="ConceptFolderException">A given folder is missing or damaged.</exception>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged, or a different one.</exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced, or an input.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public override PicturesResult Work(JobContext context) => Observed(context, Perform);

    PicturesResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        var record = PictureRecord.Read(Picture);
        var settings = Changes.Applied(record.Settings);
        SettingsCheck.Require(settings);
        settings.Sampling.Validated();
        var output = Folder(ResultNames.Generation);
        output.Check([Picture, .. Concepts, .. Embeddings.Select(each => each.Path), FolderOf(Model)]);
        var given = ConceptVocabulary.Of(
            [.. Concepts.Select(ConceptFolder.Open).Select(WordSource.Of), .. Embeddings.Select(each => each.Open(context))]);
        ConceptWord[] names = [.. record.Concepts.Select(concept => new ConceptWord(concept.Token, [])), .. given.Words];
        string[] tokens = [.. names.Select(name => name.Token)];
        settings = PromptCheck.Resolved(settings, names);
        settings = settings with
        {
            Prompt = ConceptNames.InFull(settings.Prompt, tokens),
            NegativePrompt = ConceptNames.InFull(settings.NegativePrompt, tokens),
        };
        var spoken = ConceptNames.WordsIn($"{settings.Prompt} {settings.NegativePrompt}").ToHashSet();
        PromptCheck.RequireKnown([.. spoken.Where(word => !tokens.Contains(word))], names);
        var recorded = record.Concepts.Where(concept => spoken.Contains(concept.Token)).DistinctBy(concept => concept.Token).ToList();
        var finder = new RecordedWords(Picture, given.Entries);
        List<ConceptVocabulary.Entry> words = [.. recorded.Select(finder.Find)];
        words.AddRange(given.Entries.Where(entry => words.TrueForAll(word => word.Word.Token != entry.Word.Token)));

        var drawing = new PictureDrawing(settings, Count, words, Describe, output);
        PicturesResult Draw(LoadedModel loaded)
        {
            TellDifferences(record, loaded, context);
            return drawing.Draw(loaded, context);
        }
        var compute = ComputeLike(record, context);
        return Model is null
            ? context.Models.UseRecorded(record.Model, compute, context, Draw)
            : context.Models.Use(Model, compute, context, Draw);

        PictureConcept Describe(ConceptVocabulary.Entry entry) =>
            recorded.Find(concept => concept.Token == entry.Word.Token) is { } concept
                ? concept with { File = entry.Source.FileOf(entry.Original) }
                : PictureDrawing.Describe(entry);
    }

    ComputeSettings ComputeLike(PictureRecord record, JobContext context)
    {
        var device = Device ?? record.Machine?.Device ?? Devices.Auto;
        if (Device is null && !Devices.IsAvailable(device))
        {
            context.Report(new Warned($"{Picture} was drawn on {device}, which this machine does not have."));
            device = Devices.Auto;
        }
        var precision = Precision ?? (Enum.TryParse<ComputePrecision>(record.Model.Precision, ignoreCase: true, out var recorded)
            && Enum.IsDefined(recorded)
                ? recorded
                : throw new ImageException(
                    $"the record in {Picture} has the precision '{record.Model.Precision}', which is not known; name a precision."));
        return new ComputeSettings { Device = device, Precision = precision, Threads = Threads ?? record.Machine?.Threads };
    }

    void TellDifferences(PictureRecord record, LoadedModel loaded, JobContext context)
    {
        if (loaded.Record.Hash != record.Model.Hash)
            context.Report(new Warned($"{Picture} was drawn with another checkpoint ({record.Model.Name}, {record.Model.Hash}) than "
                + $"{loaded.Record.Name} ({loaded.Record.Hash}), so this is another picture."));
        var now = Circumstances(Product.Version, loaded.Record.Precision, loaded.Machine.Device, loaded.Machine.Threads);
        var then = record.Machine is { } machine
            ? Circumstances(record.Version, record.Model.Precision, machine.Device, machine.Threads)
            : $"by version {record.Version} in {record.Model.Precision}, on a machine that it does not name";
        if (now != then) context.Report(new Warned($"{Picture} was drawn {then}, and now {now}; the bytes may differ."));
    }

    static string Circumstances(string version, string precision, string device, int threads) =>
        $"by version {version} in {precision} on {device} with {threads} thread{(threads == 1 ? "" : "s")}";
}
