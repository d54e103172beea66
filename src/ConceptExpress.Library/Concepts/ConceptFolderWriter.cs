using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Concepts;

/// <summary>Lays an extraction out as files. All but <c>run.json</c>, <c>metrics.csv</c> and <c>training.png</c> are the same bytes for the same extraction.</summary>
public static class ConceptFolderWriter
{
    /// <summary>Writes the files into an empty folder and gives back the manifest.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static ConceptManifest Write(string folder, ExtractionReport report)
    {
        var masks = report.Located.Select(concept => AtSize(concept.Mask, report.Image.Width, report.Image.Height)).ToList();
        var manifest = Manifest(report, masks);
        WriteMasks(folder, manifest, masks, report.Image.Image);
        WriteEmbeddings(folder, manifest, report);
        WritePreviews(folder, manifest, report.Previews);
        WriteRun(folder, report.Run, report.Steps);
        LibraryJson.Write(Path.Combine(folder, ResultNames.Manifest), manifest);
        return manifest;
    }

    /// <summary>A mask at the picture's size, 255 where it is set, each pixel taking the cell that it lies in.</summary>
    public static GrayImage AtSize(GridMask mask, int width, int height) =>
        ImageResizer.ResizeNearest(new GrayImage(mask.Width, mask.Height, [.. mask.Cells.Select(cell => cell ? byte.MaxValue : (byte)0)]), width, height);

    static ConceptManifest Manifest(ExtractionReport report, List<GrayImage> masks) => new()
    {
        Schema = ConceptManifest.CurrentSchema,
        Prefix = ConceptNames.PrefixFor(report.ImageName),
        Image = new ImageRecord(report.ImageName, report.Image.Width, report.Image.Height, report.Image.Sha256),
        Model = report.Model,
        Settings = report.Settings,
        PreviewSettings = report.Previews?.Settings,
        Concepts = [.. report.Located.Select((_, i) => Record(report, masks[i], i))],
        JointPreview = report.Previews?.Joint is null ? null : $"{ResultNames.Previews}/joint.png",
        FinalLosses = report.Learned?.FinalLosses,
    };

    static ConceptRecord Record(ExtractionReport report, GrayImage mask, int index)
    {
        var token = report.Learned?.Concepts[index].Token ?? ConceptNames.Token(index);
        var name = ConceptNames.NameOf(token);
        var covered = (double)mask.Pixels.Count(byte.MaxValue) / mask.Pixels.Length;
        var previews = report.Previews?.OfConcepts[index].Count ?? 0;
        return new ConceptRecord(name, token, $"{ResultNames.Masks}/{name}.png", covered, report.Located[index].Saliency,
            report.Learned is null ? null : $"{ResultNames.Embeddings}/{name}.safetensors",
            [.. Enumerable.Range(0, previews).Select(i => $"{ResultNames.Previews}/{name}-{i}.png")]);
    }

    static void WriteMasks(string folder, ConceptManifest manifest, List<GrayImage> masks, RgbImage picture)
    {
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Masks));
        foreach (var (concept, mask) in manifest.Concepts.Zip(masks)) PngFile.Write(Path.Combine(folder, concept.Mask), mask);
        PngFile.Write(Path.Combine(folder, ResultNames.Overlay), ConceptOverlay.Draw(picture, masks));
    }

    static void WriteEmbeddings(string folder, ConceptManifest manifest, ExtractionReport report)
    {
        if (report.Learned is null) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Embeddings));
        var origin = new EmbeddingFile.Origin(manifest.Image, manifest.Model, manifest.Settings);
        foreach (var (record, concept) in manifest.Concepts.Zip(report.Learned.Concepts))
            EmbeddingFile.Write(Path.Combine(folder, record.Embedding!), concept.Token, concept.Embedding, origin);
    }

    static void WritePreviews(string folder, ConceptManifest manifest, PreviewSheet? previews)
    {
        if (previews is null) return;
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Previews));
        foreach (var (concept, pictures) in manifest.Concepts.Zip(previews.OfConcepts))
            foreach (var (path, picture) in concept.Previews.Zip(pictures)) PngFile.Write(Path.Combine(folder, path), picture);
        if (previews.Joint is { } joint) PngFile.Write(Path.Combine(folder, manifest.JointPreview!), joint);
    }

    static void WriteRun(string folder, RunRecord run, StepLog? steps)
    {
        LibraryJson.Write(Path.Combine(folder, ResultNames.Run), run);
        if (steps is null) return;
        steps.Write(Path.Combine(folder, ResultNames.Metrics));
        PngFile.Write(Path.Combine(folder, ResultNames.Chart), TrainingChart.Draw(steps.Steps));
    }
}
