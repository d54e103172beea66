using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// Writes an extraction as files. The same extraction gives the same bytes, except <c>run.json</c>, <c>metrics.csv</c>,
/// <c>training.png</c> and the events of TensorBoard.
/// </summary>
static class ConceptFolderWriter
{
    /// <summary>Writes the files into an empty folder and returns the manifest.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="OutputException">An embedding file cannot be written.</exception>
    public static ConceptManifest Write(string folder, ExtractionReport report)
    {
        var masks = report.Located.Select(concept => concept.Mask.ToMask(report.Image.Image.Size)).ToList();
        var manifest = Manifest(report, masks);
        WriteMasks(folder, manifest, masks, report.Image.Image);
        WriteEmbeddings(folder, manifest, report);
        WritePreviews(folder, manifest, report.Previews);
        WriteSamples(folder, manifest, report.Samples);
        WriteRun(folder, report.Run, report.Steps);
        LearningEvents.Write(folder, manifest, report);
        LibraryJson.Write(Path.Combine(folder, ResultNames.Manifest), manifest);
        return manifest;
    }

    static ConceptManifest Manifest(ExtractionReport report, List<Mask> masks) => new()
    {
        Schema = ConceptManifest.CurrentSchema,
        Prefix = ConceptNames.PrefixFor(report.ImageName),
        Image = ImageRecord.Of(report.ImageName, report.Image),
        Model = report.Model,
        Settings = report.Settings,
        GivenMasks = report.GivenMasks,
        Learned = report.Learned is not null,
        PreviewSettings = report.Previews?.Settings,
        Concepts = [.. report.Located.Select((_, i) => Record(report, masks[i], i))],
        JointPreview = report.Previews?.Joint is null ? null : $"{ResultNames.Previews}/joint.png",
        Samples = [.. report.Samples.Select(path => $"{ResultNames.Samples}/{Path.GetFileName(path)}")],
        Unfinished = report.Unfinished,
        FinalLosses = report.Learned?.FinalLosses?.All.ToDictionary(),
    };

    static ConceptRecord Record(ExtractionReport report, Mask mask, int index)
    {
        var token = report.Learned?.Concepts[index].Word.Token ?? ConceptWord.NameOf(index);
        var name = ConceptNames.NameOf(token);
        var previews = report.Previews?.OfConcepts[index].Count ?? 0;
        return new ConceptRecord(name, token, $"{ResultNames.Masks}/{name}.png", mask.Coverage, report.Located[index].Saliency,
            report.Learned is null ? null : $"{ResultNames.Embeddings}/{name}.safetensors",
            [.. Enumerable.Range(0, previews).Select(i => $"{ResultNames.Previews}/{name}-{i}.png")], Naming: report.Namings?[index]);
    }

    static void WriteMasks(string folder, ConceptManifest manifest, List<Mask> masks, RgbImage picture)
    {
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Masks));
        foreach (var (concept, mask) in manifest.Concepts.Zip(masks)) PngFile.Write(Path.Combine(folder, concept.Mask!), mask);
        PngFile.Write(Path.Combine(folder, ResultNames.Overlay), ConceptOverlay.Draw(picture, masks));
    }

    static void WriteEmbeddings(string folder, ConceptManifest manifest, ExtractionReport report)
    {
        if (report.Learned is null) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Embeddings));
        var origin = new EmbeddingWriter.Origin(manifest.Image!, report.Model, report.Settings, report.Unfinished);
        foreach (var (record, concept) in manifest.Concepts.Zip(report.Learned.Concepts))
            EmbeddingWriter.Write(Path.Combine(folder, record.Embedding!), concept.Word, origin);
    }

    static void WritePreviews(string folder, ConceptManifest manifest, PreviewSheet? previews)
    {
        if (previews is null) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Previews));
        foreach (var (concept, pictures) in manifest.Concepts.Zip(previews.OfConcepts))
            foreach (var (path, picture) in concept.Previews.Zip(pictures)) PngFile.Write(Path.Combine(folder, path), picture);
        if (previews.Joint is { } joint) PngFile.Write(Path.Combine(folder, manifest.JointPreview!), joint);
    }

    static void WriteSamples(string folder, ConceptManifest manifest, IReadOnlyList<string> samples)
    {
        if (samples.Count == 0) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Samples));
        foreach (var (sample, path) in manifest.Samples.Zip(samples)) File.Copy(path, Path.Combine(folder, sample));
    }

    static void WriteRun(string folder, RunRecord run, StepLog? steps)
    {
        LibraryJson.Write(Path.Combine(folder, ResultNames.Run), run);
        if (steps is null) return;
        steps.Write(Path.Combine(folder, ResultNames.Metrics));
        PngFile.Write(Path.Combine(folder, ResultNames.Chart), TrainingChart.Draw(steps.Steps));
    }
}
