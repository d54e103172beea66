using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Draws pictures from a prompt with learned words (method 3).</summary>
public sealed record GenerationRequest : FolderRequest<PicturesResult>
{
    /// <summary>
    /// Paths of folders that extractions or imports wrote. If a folder has a word that an earlier one has, too, all its words get the
    /// prefix of its <c>concepts.json</c>: <c>&lt;prefix-asset0&gt;</c>, or <c>&lt;prefix2-asset0&gt;</c> if that is taken. An event
    /// (<see cref="Noted"/>) names the new words.
    /// </summary>
    /// <value>The default is empty. At least one folder or embedding file is needed.</value>
    public IReadOnlyList<string> Concepts { get; init; } = [];

    /// <summary>
    /// Embedding files of any program, after the folders. Their words are told as events (<see cref="Noted"/>). Words that are taken get a
    /// prefix like those of folders, made from the file's name.
    /// </summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<EmbeddingReference> Embeddings { get; init; } = [];

    /// <summary>
    /// Prompts, seed and other settings of the first picture. The seed increases by one with every further picture, and must be at most
    /// 2^53 - 1 for the last. Words in the prompts that no folder or file has are refused. A word may be shortened to what follows one of
    /// its dashes (<c>&lt;asset0&gt;</c> for <c>&lt;toybox-01-asset0&gt;</c>) if no other word ends so; an event (<see cref="Noted"/>) tells
    /// what a short form stands for.
    /// </summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>Number of pictures, 1 to 1000.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 1000)]
    public int Count { get; init; } = 1;

    /// <summary>
    /// The checkpoint; null for the one that the first folder with a checkpoint names, on which its words were learned; if none does, for
    /// the embedded one. If that was a folder, it is used only if it is still on this machine, with the same fingerprint.
    /// </summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>Where and how to compute.</summary>
    /// <value>The default has each property's default: device <c>auto</c>, fp32, one thread per core.</value>
    public ComputeSettings Compute { get; init; } = new();

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit the checkpoint, no folder or file is given, the prompt has an unknown word, the word of an
    /// embedding file is in the checkpoint's vocabulary, or this machine does not have the device.
    /// </exception>
    /// <exception cref="EmbeddingException">An embedding file is missing, damaged or something else.</exception>
    /// <exception cref="ConceptFolderException">
    /// A folder of concepts is missing, damaged or has no learned words, or a word of it is one that the checkpoint knows already.
    /// </exception>
    /// <exception cref="CheckpointException">
    /// The checkpoint is missing or damaged, is not the one that <c>concepts.json</c> names, or takes vectors of another length.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced, or an input.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public override PicturesResult Work(JobContext context)
    {
        SettingsCheck.Require(this);
        Settings.Sampling.Validated();
        SettingsCheck.Rule(Concepts.Count + Embeddings.Count > 0, "no folder of concepts and no embedding file is given; name one.");
        var output = Folder(ResultNames.Generation);
        output.Check([.. Concepts, .. Embeddings.Select(each => each.Path), FolderOf(Model)]);
        var vocabulary = ConceptVocabulary.Of(
            [.. Concepts.Select(ConceptFolder.Open).Select(WordSource.Of), .. Embeddings.Select(each => each.Open(context))]);
        foreach (var renaming in vocabulary.Renamings) context.Report(new Noted(renaming));
        foreach (var shortForm in vocabulary.ShortFormsIn($"{Settings.Prompt} {Settings.NegativePrompt}"))
            context.Report(new Noted(shortForm));
        var request = this with
        {
            Settings = Settings with
            {
                Prompt = vocabulary.InFull(Settings.Prompt),
                NegativePrompt = vocabulary.InFull(Settings.NegativePrompt),
            },
        };
        request.CheckWords(vocabulary, context);
        PicturesResult Draw(LoadedModel loaded) => request.Draw(loaded, vocabulary, output, context);
        var recorded = vocabulary.Sources.Select(source => source.Folder?.Model).FirstOrDefault(model => model is not null);
        return Model is null && recorded is not null
            ? context.Models.UseRecorded(recorded, Compute, context, Draw)
            : context.Models.Use(Model, Compute, context, Draw);
    }

    void CheckWords(ConceptVocabulary vocabulary, JobContext context)
    {
        var (text, known) = ($"{Settings.Prompt} {Settings.NegativePrompt}",
            string.Join(", ", vocabulary.Words.Select(word => word.Token)));
        if (vocabulary.UnknownIn(text) is [_, ..] unknown)
            throw new SettingsException($"no concept is called {string.Join(" or ", unknown)}; the words here are {known}.");
        foreach (var (written, word) in vocabulary.NearMissesIn(text))
            context.Report(new Warned($"'{written}' in the prompt is not the concept's word; write {word}."));
        if (!ConceptNames.WordsIn(text).Any(word => vocabulary.Words.Any(known => known.Token == word)))
            context.Report(
                new Warned($"the prompt holds no concept's word, so no concept is drawn; add one of {known}, with the angle brackets."));
    }

    PicturesResult Draw(LoadedModel loaded, ConceptVocabulary vocabulary, OutputFolder output, JobContext context)
    {
        WordFit.Require(vocabulary, loaded.Model);
        var (settings, record) = (Settings.ValidatedFor(loaded.Model), loaded.Record);
        foreach (var source in vocabulary.Sources) WarnOf(source, record, context);
        var painter = new TextToImage(loaded.Model, vocabulary.Words);
        foreach (var (name, prompt) in new[] { ("prompt", settings.Prompt), ("negative prompt", settings.NegativePrompt) })
            if (!painter.Fits(prompt))
                context.Report(
                    new Warned(
                    $"the {name} exceeds the {loaded.Model.PromptPositions} tokens that {record.Name} reads; the rest is ignored."));

        context.Report(new PhaseBegan("draw", painter.Evaluations(settings.Sampling) * Count));
        var pictures = Enumerable.Range(0, Count).Select(i => settings with { Seed = settings.Seed + i })
            .Select(each => (Image: painter.Generate(each, context, context.Stop), Record: Describe(each, record, vocabulary))).ToList();
        context.Stop.ThrowIfCancellationRequested();
        output.Write(folder => WriteFiles(folder, pictures));
        context.Report(new Produced(output.Path));
        return new PicturesResult(output.Path, [.. pictures.Select((_, i) => ResultNames.Picture(i))], Count > 1 ? ResultNames.Grid : null,
            pictures[0].Record, context.Warnings);
    }

    static void WarnOf(WordSource source, ModelRecord used, JobContext context)
    {
        if (source.Folder?.Model is { } model && model.Hash != used.Hash)
            context.Report(
                new Warned(
                $"the words of {source.Path} were {(source.Folder.Image is null ? "imported for" : "learned on")} another checkpoint "
                + $"({model.Name}, {model.Hash}) than {used.Name} ({used.Hash}), so they may mean something else here."));
        if (source.Folder?.Unfinished is { } unfinished)
            context.Report(
                new Warned($"the words of {source.Path} are unfinished: only {unfinished.Pass} of {unfinished.Passes} passes were done."));
    }

    static void WriteFiles(string folder, List<(RgbImage Image, PictureRecord Record)> pictures)
    {
        for (var i = 0; i < pictures.Count; i++)
            PngFile.Write(Path.Combine(folder, ResultNames.Picture(i)), pictures[i].Image, pictures[i].Record.Texts());
        if (pictures.Count > 1)
            PngFile.Write(Path.Combine(folder, ResultNames.Grid), PictureGrid.Of(pictures.ConvertAll(picture => picture.Image)),
                pictures[0].Record.Texts());
    }

    static PictureRecord Describe(GenerationSettings settings, ModelRecord model, ConceptVocabulary vocabulary)
    {
        var spoken = ConceptNames.WordsIn($"{settings.Prompt} {settings.NegativePrompt}").ToHashSet();
        return new PictureRecord(PictureRecord.CurrentSchema, Product.Version, model, settings,
            [.. vocabulary.Entries.Where(entry => spoken.Contains(entry.Word.Token))
                .Select(entry => entry.Source.ImportOf(entry.Original) is { } imported
                    ? new PictureConcept(entry.Word.Token, entry.Original, null, null, imported)
                    : new PictureConcept(entry.Word.Token, entry.Original, entry.Source.Folder!.Image!.Name,
                        entry.Source.Folder.Image.Sha256))]);
    }
}

/// <summary>The result of a job that wrote a folder of generated pictures.</summary>
/// <param name="Output">Full path of the folder, with links resolved.</param>
/// <param name="Pictures">Paths of the pictures, relative to the folder, in the order of their seeds.</param>
/// <param name="Grid">Path of a sheet with all pictures, relative to the folder; null if there is only one picture.</param>
/// <param name="First">The record of how the first picture was drawn.</param>
/// <param name="Warnings">The warnings in order, one sentence each; empty if there are none.</param>
public sealed record PicturesResult(string Output, IReadOnlyList<string> Pictures, string? Grid, PictureRecord First,
    IReadOnlyList<string> Warnings);
