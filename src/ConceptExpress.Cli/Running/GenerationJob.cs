using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Running;

/// <summary>A prompt on its way to a folder of pictures. All options are checked, nothing is computed yet.</summary>
sealed record GenerationJob
{
    public required IReadOnlyList<ConceptFolder> Folders { get; init; }
    public required ConceptVocabulary Vocabulary { get; init; }

    /// <summary>Of the first picture; each further one has a seed one higher.</summary>
    public required GenerationSettings Settings { get; init; }

    public required int Count { get; init; }
    public required ComputeChoice Compute { get; init; }

    /// <summary>A checkpoint's folder; null for the one that the first folder's words were learned on.</summary>
    public required string? Model { get; init; }

    public required string Output { get; init; }
    public required bool Replace { get; init; }

    /// <summary>Does the work on a thread of its own, and writes the folder at the end.</summary>
    public GenerationResult Run(Session session)
    {
        var display = session.NewDisplay();
        GenerationResult? result = null;
        display.Run(() => TorchThread.Run(() => result = Work(display, session.Stop)));
        return result!;
    }

    GenerationResult Work(ProgressDisplay display, CancellationToken stop)
    {
        display.Begin("Loading the model", 0);
        using var loaded = new LoadedModel(Model ?? Folders[0].Manifest.Model.Path, Compute, display);
        RequireSameWidth(loaded.Model);
        var settings = Settings with { Width = loaded.Side("--width", Settings.Width), Height = loaded.Side("--height", Settings.Height) };
        var record = loaded.Record;
        WarnOfOtherModels(record, display);

        var painter = new TextToImage(loaded.Model, Vocabulary.Words);
        WarnOfCut(painter, settings, loaded.Model, display);
        display.Begin("Drawing", settings.Steps * Count);
        var pictures = Enumerable.Range(0, Count).Select(i => settings with { Seed = settings.Seed + i })
            .Select(of => (Image: Draw(painter, of, display, stop), Record: Describe(of, record))).ToList();
        stop.ThrowIfCancellationRequested();
        OutputFolder.Write(Output, Replace, folder => Write(folder, pictures));
        var files = pictures.Select((_, i) => ResultNames.Picture(i)).ToList();
        return new GenerationResult(Path.GetFullPath(Output), files, Count > 1 ? ResultNames.Grid : null, pictures[0].Record, display.Warnings);
    }

    static RgbImage Draw(TextToImage painter, GenerationSettings settings, ProgressDisplay display, CancellationToken stop)
    {
        var picture = painter.Generate(settings, _ => display.Advance(), stop);
        return new RgbImage(picture.Width, picture.Height, picture.Rgb);
    }

    static void Write(string folder, List<(RgbImage Image, PictureRecord Record)> pictures)
    {
        for (var i = 0; i < pictures.Count; i++)
            PngFile.Write(Path.Combine(folder, ResultNames.Picture(i)), pictures[i].Image, pictures[i].Record.Texts());
        if (pictures.Count > 1)
            PngFile.Write(Path.Combine(folder, ResultNames.Grid), PictureGrid.Of(pictures.ConvertAll(picture => picture.Image)), pictures[0].Record.Texts());
    }

    PictureRecord Describe(GenerationSettings settings, ModelRecord model)
    {
        var spoken = ConceptNames.WordsIn($"{settings.Prompt} {settings.NegativePrompt}").ToHashSet();
        return new PictureRecord(PictureRecord.CurrentSchema, CommandLineApp.Version, model, settings,
            [.. Vocabulary.Entries.Where(entry => spoken.Contains(entry.Word.Token))
                .Select(entry => new PictureConcept(entry.Word.Token, entry.Original, entry.Folder.Manifest.Image.Name, entry.Folder.Manifest.Image.Sha256))]);
    }

    void RequireSameWidth(StableDiffusion model)
    {
        foreach (var entry in Vocabulary.Entries)
            if (entry.Word.Embedding.Length != model.TextConfig.HiddenSize)
                throw new CheckpointException($"{entry.Word.Token} of {entry.Folder.Path} has {entry.Word.Embedding.Length} dimensions, but {model.Name} takes "
                    + $"{model.TextConfig.HiddenSize}; name the checkpoint that the word was learned on with --model.");
    }

    void WarnOfOtherModels(ModelRecord model, ProgressDisplay display)
    {
        foreach (var folder in Folders.Where(folder => folder.Manifest.Model.Hash != model.Hash))
            display.Warn($"the words of {folder.Path} were learned on another checkpoint ({folder.Manifest.Model.Name}, {folder.Manifest.Model.Hash}) "
                + $"than {model.Name} ({model.Hash}); they may mean something else here.");
    }

    static void WarnOfCut(TextToImage painter, GenerationSettings settings, StableDiffusion model, ProgressDisplay display)
    {
        foreach (var (option, prompt) in new[] { ("--prompt", settings.Prompt), ("--negative", settings.NegativePrompt) })
            if (!painter.Fits(prompt))
                display.Warn($"{option} is longer than the {model.PromptPositions} text positions of {model.Name}; its end is not drawn.");
    }
}
