using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Draws pictures and writes them, with the record of how each was drawn.</summary>
/// <param name="settings">
/// Prompts, in which concept words are spelled as in <paramref name="words"/>, and all else about the first picture.
/// </param>
/// <param name="count">Number of pictures.</param>
/// <param name="words">The words that the prompts may use.</param>
/// <param name="recordOf">The record of a word that a prompt uses.</param>
/// <param name="output">Where the pictures go.</param>
sealed partial class PictureDrawing(GenerationSettings settings, int count, IReadOnlyList<ConceptVocabulary.Entry> words,
    Func<ConceptVocabulary.Entry, PictureConcept> recordOf, OutputFolder output)
{
    /// <summary>Draws and writes.</summary>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public PicturesResult Draw(LoadedModel loaded, JobContext context)
    {
        WordFit.Require(words, loaded.Model);
        var (valid, machine) = (settings.ValidatedFor(loaded.Model), loaded.Machine);
        var painter = new TextToImage(loaded.Model, [.. words.Select(entry => entry.Word)]);
        TellLength(painter, "prompt", valid.Prompt, loaded, context);
        TellLength(painter, "negative prompt", valid.NegativePrompt, loaded, context);
        var record = new PictureRecord(PictureRecord.CurrentSchema, Product.Version, loaded.Record, valid, Spoken())
        {
            Machine = new PictureMachine(machine.Device, machine.Threads),
        };
        context.Report(new PhaseBegan("draw", painter.Evaluations(valid.Sampling) * count));
        var pictures = Enumerable.Range(0, count).Select(i => record with { Settings = valid with { Seed = valid.Seed + i } })
            .Select(each => (Image: painter.Generate(each.Settings, context, context.Stop), Record: each)).ToList();
        context.Stop.ThrowIfCancellationRequested();
        output.Write(folder => WriteFiles(folder, pictures));
        context.Report(new Produced(output.Path));
        return new PicturesResult(output.Path, [.. pictures.Select((_, i) => ResultNames.Picture(i))], count > 1 ? ResultNames.Grid : null,
            pictures[0].Record, context.Warnings);
    }

    /// <summary>Returns the record of a word.</summary>
    /// <exception cref="EmbeddingException">The word's file can no longer be read.</exception>
    public static PictureConcept Describe(ConceptVocabulary.Entry entry)
    {
        var (imported, file) = (entry.Source.ImportOf(entry.Original), entry.Source.FileOf(entry.Original));
        var image = entry.Source.Folder?.Image;
        return new PictureConcept(entry.Word.Token, entry.Original, imported is null ? image!.Name : null,
            imported is null ? image!.Sha256 : null, imported, file, EmbeddingFile.Digest(file));
    }

    IReadOnlyList<PictureConcept> Spoken()
    {
        var spoken = ConceptNames.WordsIn($"{settings.Prompt} {settings.NegativePrompt}").ToHashSet();
        return [.. words.Where(entry => spoken.Contains(entry.Word.Token)).Select(recordOf)];
    }

    void TellLength(TextToImage painter, string name, string prompt, LoadedModel loaded, JobContext context)
    {
        if (settings.Syntax == PromptSyntax.Plain && !painter.Fits(prompt))
            context.Report(new Warned(
                $"the {name} exceeds the {loaded.Model.PromptPositions} tokens that {loaded.Record.Name} reads; the rest is ignored."));
        if (settings.Syntax == PromptSyntax.ComfyUI && Break().IsMatch(prompt))
            context.Report(new Warned($"BREAK in the {name} is drawn as text, as in ComfyUI; in A1111's syntax, it would begin a chunk."));
        if (painter.ChunksOf(prompt, settings.Syntax) is > 1 and var chunks)
            context.Report(new Noted($"the {name} has {chunks} chunks of at most {loaded.Model.PromptPositions - 2} tokens."));
    }

    [GeneratedRegex(@"\bBREAK\b")]
    private static partial Regex Break();

    static void WriteFiles(string folder, List<(RgbImage Image, PictureRecord Record)> pictures)
    {
        for (var i = 0; i < pictures.Count; i++)
            PngFile.Write(Path.Combine(folder, ResultNames.Picture(i)), pictures[i].Image, pictures[i].Record.Texts());
        if (pictures.Count > 1)
            PngFile.Write(Path.Combine(folder, ResultNames.Grid), PictureGrid.Of(pictures.ConvertAll(picture => picture.Image)),
                pictures[0].Record.Texts());
    }
}
