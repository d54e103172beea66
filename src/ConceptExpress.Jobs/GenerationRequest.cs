using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs;

/// <summary>Draws pictures from a prompt, with or without learned words (method 3).</summary>
public sealed record GenerationRequest : FolderRequest<PicturesResult>
{
    /// <summary>
    /// Paths of folders that extractions or imports wrote. If a folder has a word that an earlier one has, too, all its words get the
    /// prefix of its <c>concepts.json</c>: <c>&lt;prefix-asset0&gt;</c>, or <c>&lt;prefix2-asset0&gt;</c> if that is taken. An event
    /// (<see cref="Noted"/>) names the new words.
    /// </summary>
    /// <value>The default is empty. Without words, plain prompts are drawn.</value>
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
    /// its dashes (<c>&lt;asset0&gt;</c> for <c>&lt;toybox-01-asset0&gt;</c>) if no other word ends so; an event (<see cref="Noted"/>)
    /// tells what a short form stands for.
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
    /// A setting is invalid or does not fit the checkpoint, the prompt has an unknown word or syntax that is not supported, the word of an
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
    public override PicturesResult Work(JobContext context) => Observed(context, Perform);

    PicturesResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        Settings.Sampling.Validated();
        var output = Folder(ResultNames.Generation);
        output.Check([.. Concepts, .. Embeddings.Select(each => each.Path), FolderOf(Model)]);
        var vocabulary = ConceptVocabulary.Of(
            [.. Concepts.Select(ConceptFolder.Open).Select(WordSource.Of), .. Embeddings.Select(each => each.Open(context))]);
        foreach (var renaming in vocabulary.Renamings) context.Report(new Noted(renaming));
        var settings = InFull(PromptCheck.Resolved(Settings, vocabulary.Words), vocabulary, context);
        CheckWords(settings, vocabulary, context);
        var drawing = new PictureDrawing(settings, Count, vocabulary.Entries, PictureDrawing.Describe, output);
        PicturesResult Draw(LoadedModel loaded)
        {
            foreach (var source in vocabulary.Sources) WarnOf(source, loaded.Record, context);
            return drawing.Draw(loaded, context);
        }
        var recorded = vocabulary.Sources.Select(source => source.Folder?.Model).FirstOrDefault(model => model is not null);
        var need = MemoryNeed.OfPicture(Settings);
        return Model is null && recorded is not null
            ? context.Models.UseRecorded(recorded, Compute, context, Draw, need)
            : context.Models.Use(Model, Compute, context, Draw, need);
    }

    static GenerationSettings InFull(GenerationSettings settings, ConceptVocabulary vocabulary, JobContext context)
    {
        foreach (var shortForm in vocabulary.ShortFormsIn($"{settings.Prompt} {settings.NegativePrompt}"))
            context.Report(new Noted(shortForm));
        return settings with
        {
            Prompt = vocabulary.InFull(settings.Prompt),
            NegativePrompt = vocabulary.InFull(settings.NegativePrompt),
        };
    }

    static void CheckWords(GenerationSettings settings, ConceptVocabulary vocabulary, JobContext context)
    {
        var text = $"{settings.Prompt} {settings.NegativePrompt}";
        PromptCheck.RequireKnown(vocabulary.UnknownIn(text), vocabulary.Words);
        foreach (var (written, word) in vocabulary.NearMissesIn(text))
            context.Report(new Warned($"'{written}' in the prompt is not the concept's word; write {word}."));
        if (vocabulary.Words.Count > 0 && !ConceptNames.WordsIn(text).Any(word => vocabulary.Words.Any(known => known.Token == word)))
            context.Report(new Warned("the prompt holds no concept's word, so no concept is drawn; add one of "
                + $"{string.Join(", ", vocabulary.Words.Select(word => word.Token))}, with the angle brackets."));
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
}

/// <summary>The result of a job that wrote a folder of generated pictures.</summary>
/// <param name="Output">Full path of the folder, with links resolved.</param>
/// <param name="Pictures">Paths of the pictures, relative to the folder, in the order of their seeds.</param>
/// <param name="Grid">Path of a sheet with all pictures, relative to the folder; null if there is only one picture.</param>
/// <param name="First">The record of how the first picture was drawn.</param>
/// <param name="Warnings">The warnings in order, one sentence each; empty if there are none.</param>
public sealed record PicturesResult(string Output, IReadOnlyList<string> Pictures, string? Grid, PictureRecord First,
    IReadOnlyList<string> Warnings);
