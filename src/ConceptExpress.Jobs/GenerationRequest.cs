using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Draw pictures from a prompt with learned words.</summary>
public sealed record GenerationRequest : FolderRequest<PicturesResult>
{
    /// <summary>Folders that extractions wrote, one or more. Where two use the same word, the later one's is <c>&lt;prefix-word&gt;</c>.</summary>
    public required IReadOnlyList<string> Concepts { get; init; }

    /// <summary>Of the first picture; each further one has a seed one higher.</summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>How many pictures.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 1000)]
    public int Count { get; init; } = 1;

    /// <summary>The checkpoint; null for the one that the first folder's words were learned on.</summary>
    public ModelReference? Model { get; init; }

    public ComputeSettings Compute { get; init; } = new();

    /// <inheritdoc/>
    public override PicturesResult Work(JobContext context)
    {
        SettingsCheck.Require(this);
        Settings.Sampling.Validated();
        SettingsCheck.Rule(Concepts.Count > 0, "no folder of concepts is named.");
        var output = Folder(ResultNames.Generation);
        output.Check([.. Concepts, FolderOf(Model)]);
        List<ConceptFolder> folders = [.. Concepts.Select(ConceptFolder.Open)];
        var vocabulary = ConceptVocabulary.Of(folders);
        foreach (var renamed in vocabulary.Entries.Where(entry => entry.Word.Token != entry.Original).GroupBy(entry => entry.Folder))
            context.Report(new Noted($"The words of {renamed.Key.Path} are called {string.Join(", ", renamed.Select(entry => entry.Word.Token))} here, since another folder has the same."));
        CheckWords(vocabulary, context);
        return Model is null
            ? context.Models.UseRecorded(folders[0].Manifest.Model, Compute, context, loaded => Draw(loaded, folders, vocabulary, output, context))
            : context.Models.Use(Model, Compute, context, loaded => Draw(loaded, folders, vocabulary, output, context));
    }

    void CheckWords(ConceptVocabulary vocabulary, JobContext context)
    {
        var (text, known) = ($"{Settings.Prompt} {Settings.NegativePrompt}", string.Join(", ", vocabulary.Words.Select(word => word.Token)));
        if (vocabulary.UnknownIn(text) is [_, ..] unknown)
            throw new SettingsException($"no concept is called {string.Join(" or ", unknown)}; the words of these folders are {known}.");
        foreach (var (written, word) in vocabulary.NearMissesIn(text))
            context.Report(new Warned($"'{written}' in the prompt is not the concept's word; write {word}."));
        if (!ConceptNames.WordsIn(text).Any(word => vocabulary.Words.Any(known => known.Token == word)))
            context.Report(new Warned($"the prompt holds no concept's word, so none is drawn; write one of {known}, with the angle brackets."));
    }

    PicturesResult Draw(LoadedModel loaded, List<ConceptFolder> folders, ConceptVocabulary vocabulary, OutputFolder output, JobContext context)
    {
        RequireSameWidth(vocabulary, loaded.Model);
        var (settings, record) = (Settings.ValidatedFor(loaded.Model), loaded.Record);
        foreach (var folder in folders.Where(folder => folder.Manifest.Model.Hash != record.Hash))
            context.Report(new Warned($"the words of {folder.Path} were learned on another checkpoint ({folder.Manifest.Model.Name}, {folder.Manifest.Model.Hash}) "
                + $"than {record.Name} ({record.Hash}); they may mean something else here."));
        foreach (var folder in folders)
            if (folder.Manifest.Unfinished is { } unfinished)
                context.Report(new Warned($"the words of {folder.Path} are unfinished: {unfinished.Pass} of {unfinished.Passes} passes were learned."));
        var painter = new TextToImage(loaded.Model, vocabulary.Words);
        foreach (var (name, prompt) in new[] { ("prompt", settings.Prompt), ("negative prompt", settings.NegativePrompt) })
            if (!painter.Fits(prompt))
                context.Report(new Warned($"the {name} exceeds the {loaded.Model.PromptPositions} tokens that {record.Name} reads; the rest is ignored."));

        context.Report(new PhaseBegan("draw", painter.Evaluations(settings.Sampling) * Count));
        var pictures = Enumerable.Range(0, Count).Select(i => settings with { Seed = settings.Seed + i })
            .Select(each => (Image: painter.Generate(each, context, context.Stop), Record: Describe(each, record, vocabulary))).ToList();
        context.Stop.ThrowIfCancellationRequested();
        output.Write(folder => WriteFiles(folder, pictures));
        context.Report(new Produced(output.Path));
        return new PicturesResult(output.Path, [.. pictures.Select((_, i) => ResultNames.Picture(i))], Count > 1 ? ResultNames.Grid : null, pictures[0].Record, context.Warnings);
    }

    static void WriteFiles(string folder, List<(RgbImage Image, PictureRecord Record)> pictures)
    {
        for (var i = 0; i < pictures.Count; i++)
            PngFile.Write(Path.Combine(folder, ResultNames.Picture(i)), pictures[i].Image, pictures[i].Record.Texts());
        if (pictures.Count > 1)
            PngFile.Write(Path.Combine(folder, ResultNames.Grid), PictureGrid.Of(pictures.ConvertAll(picture => picture.Image)), pictures[0].Record.Texts());
    }

    static PictureRecord Describe(GenerationSettings settings, ModelRecord model, ConceptVocabulary vocabulary)
    {
        var spoken = ConceptNames.WordsIn($"{settings.Prompt} {settings.NegativePrompt}").ToHashSet();
        return new PictureRecord(PictureRecord.CurrentSchema, Product.Version, model, settings,
            [.. vocabulary.Entries.Where(entry => spoken.Contains(entry.Word.Token))
                .Select(entry => new PictureConcept(entry.Word.Token, entry.Original, entry.Folder.Manifest.Image.Name, entry.Folder.Manifest.Image.Sha256))]);
    }

    static void RequireSameWidth(ConceptVocabulary vocabulary, StableDiffusion model)
    {
        foreach (var entry in vocabulary.Entries)
            if (entry.Word.Vectors.FirstOrDefault(vector => vector.Length != model.WordWidth) is { } other)
                throw new CheckpointException($"{entry.Word.Token} of {entry.Folder.Path} has vectors of {other.Length} values, but {model.Name} takes "
                    + $"{model.WordWidth}; name the checkpoint that the word was learned on.");
    }
}

/// <summary>A folder of generated pictures.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Pictures">Its pictures, relative to it.</param>
/// <param name="Grid">All of them on one sheet, relative to it; null for a single one.</param>
/// <param name="First">How the first picture was drawn.</param>
/// <param name="Warnings">What was warned of.</param>
public sealed record PicturesResult(string Output, IReadOnlyList<string> Pictures, string? Grid, PictureRecord First, IReadOnlyList<string> Warnings);
