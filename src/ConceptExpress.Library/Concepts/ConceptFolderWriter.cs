using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Pages;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// Writes an extraction as files. The same extraction gives the same bytes, except <c>run.json</c>, <c>metrics.csv</c>,
/// <c>training.png</c>, <c>report.html</c> and the events of TensorBoard, which have times.
/// </summary>
static class ConceptFolderWriter
{
    /// <summary>Writes the files into an empty folder and returns the manifest.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="OutputException">An embedding file cannot be written.</exception>
    public static ConceptManifest Write(string folder, ExtractionReport report)
    {
        var masks = MasksOf(report);
        var manifest = Manifest(report, masks);
        WriteMasks(folder, manifest, masks, report.Image.Image);
        if (report.Comparison is { } comparison) PngFile.Write(Path.Combine(folder, ResultNames.Comparison), comparison);
        WriteEmbeddings(folder, manifest, report, masks);
        WritePreviews(folder, manifest, report.Previews);
        WriteSamples(folder, manifest, report.Samples);
        WriteRun(folder, report.Run, report.Steps);
        if (report.Learned is not null) File.WriteAllText(Path.Combine(folder, ResultNames.Report), ReportPage.Of(manifest, report));
        LearningEvents.Write(folder, manifest, report);
        LibraryJson.Write(Path.Combine(folder, ResultNames.Manifest), manifest);
        return manifest;
    }

    /// <summary>Returns the manifest of an extraction, without writing anything.</summary>
    internal static ConceptManifest Manifest(ExtractionReport report) => Manifest(report, MasksOf(report));

    static List<Mask> MasksOf(ExtractionReport report) =>
        [.. report.Located.Select(concept => concept.ToMask(report.Image.Image.Size))];

    static ConceptManifest Manifest(ExtractionReport report, List<Mask> masks) => new()
    {
        Schema = ConceptManifest.CurrentSchema,
        Prefix = report.Prefix,
        Image = ImageRecord.Of(report.ImageName, report.Image),
        Model = report.Model,
        Settings = report.Settings,
        GivenMasks = report.GivenMasks,
        Learned = report.Learned is not null,
        PreviewSettings = report.Previews?.Settings,
        Concepts = [.. report.Names.Select((name, i) => Record(report, name, masks[i], i))],
        JointPreview = report.Previews?.Joint is null ? null : $"{ResultNames.Previews}/joint.png",
        Samples = [.. report.Samples.Select(path => $"{ResultNames.Samples}/{Path.GetFileName(path)}")],
        Unfinished = report.Unfinished,
        FinalLosses = report.Learned?.FinalLosses?.All.ToDictionary(),
    };

    static ConceptRecord Record(ExtractionReport report, string name, Mask mask, int index)
    {
        var previews = report.Previews?.OfConcepts[index].Count ?? 0;
        // Masks are numbered, whatever the concepts are called, so that their folder can be given to another extraction.
        return new ConceptRecord(name, $"<{name}>", $"{ResultNames.Masks}/asset{index}.png", mask.Coverage, report.Located[index].Saliency,
            report.Learned is null ? null : ResultNames.Embedding(name),
            [.. Enumerable.Range(0, previews).Select(i => $"{ResultNames.Previews}/{name}-{i}.png")], Naming: report.Namings?[index],
            Confidence: report.Located[index].Confidence);
    }

    static void WriteMasks(string folder, ConceptManifest manifest, List<Mask> masks, RgbImage picture)
    {
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Masks));
        foreach (var (concept, mask) in manifest.Concepts.Zip(masks)) PngFile.Write(Path.Combine(folder, concept.Mask!), mask);
        PngFile.Write(Path.Combine(folder, ResultNames.Overlay), ConceptOverlay.Draw(picture, masks));
    }

    static void WriteEmbeddings(string folder, ConceptManifest manifest, ExtractionReport report, List<Mask> masks)
    {
        if (report.Named is not { } learned) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Embeddings));
        for (var i = 0; i < learned.Concepts.Count; i++)
        {
            // What the word draws; without previews, what it was learned from.
            var picture = report.Previews?.OfConcepts[i] is [var drawn, ..] ? drawn
                : CutOut.Of(report.Image.Image, masks[i], EmbeddingMetadata.ThumbnailSide);
            var record = manifest.Concepts[i];
            EmbeddingWriter.Write(Path.Combine(folder, record.Embedding!), learned.Words[i],
                EmbeddingMetadata.Of(manifest, record, learned.Words[i], picture));
            PngFile.Write(Path.Combine(folder, ResultNames.EmbeddingPreview(record.Name)), picture);
        }
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
