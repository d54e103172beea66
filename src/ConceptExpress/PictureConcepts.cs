using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress;

/// <summary>The concepts of a picture: where each is, and the word that draws it.</summary>
public sealed class PictureConcepts
{
    readonly ExtractionReport report;

    internal PictureConcepts(ExtractionReport report) => this.report = report;

    /// <summary>The concepts, in the order of their words; none if nothing stood out.</summary>
    public IReadOnlyList<Concept> Concepts => report.Learned!.Concepts;

    /// <summary>Their words: <c>&lt;asset0&gt;</c>, <c>&lt;asset1&gt;</c>, ...</summary>
    public IReadOnlyList<ConceptWord> Words => report.Learned!.Words;

    /// <summary>A mask of the picture's size for each concept.</summary>
    public IReadOnlyList<Mask> Masks => [.. report.Located.Select(concept => concept.Mask.ToMask(report.Image.Image.Size))];

    /// <summary>The settings as used, with the resolution that was taken.</summary>
    public ExtractionSettings Settings => report.Settings;

    /// <summary>
    /// Writes the folder that the program <c>conceptexpress extract</c> writes, without previews: masks, embedding files, overlay,
    /// manifest, losses.
    /// </summary>
    /// <param name="folder">A new or empty folder. It appears whole or not at all.</param>
    /// <param name="replace">Replace an earlier result in the folder; other files there stay.</param>
    /// <exception cref="OutputException">The folder is not empty, or cannot be written.</exception>
    public void Save(string folder, bool replace = false) =>
        new OutputFolder(folder, ResultNames.Extraction, replace).Write(fresh => ConceptFolderWriter.Write(fresh, report));
}

/// <summary>Pictures to files.</summary>
public static class PictureFiles
{
    /// <summary>Writes a picture as PNG. A file of that name is replaced, whole or not at all.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="path">Path of the file; its folder exists.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing or cannot be written.</exception>
    public static void Save(this RgbImage picture, string path) => WholeFile.Write(path, picture.WritePng);

    /// <summary>Writes a picture as PNG to a stream, which stays open.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">A stream that can be written to.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void WritePng(this RgbImage picture, Stream stream) => PngWriter.Write(stream, picture);
}
