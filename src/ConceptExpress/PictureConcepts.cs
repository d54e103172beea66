using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress;

/// <summary>
/// The concepts of a picture: where each is, and the word that draws it. They stay valid after <see cref="Express.Dispose"/>.
/// </summary>
public sealed class PictureConcepts
{
    readonly ExtractionReport report;
    readonly ConceptSet named;

    internal PictureConcepts(ExtractionReport report) => (this.report, named) = (report, report.Named!);

    /// <summary>The concepts, in the order of their words; none if nothing stood out.</summary>
    public IReadOnlyList<Concept> Concepts => named.Concepts;

    /// <summary>
    /// The words of the concepts, in the same order, made from the picture's name: <c>&lt;toybox-01-asset0&gt;</c>,
    /// <c>&lt;toybox-01-asset1&gt;</c>, ...
    /// </summary>
    public IReadOnlyList<ConceptWord> Words => named.Words;

    /// <summary>A mask of the picture's size for each concept, in the same order. They are made anew at each call.</summary>
    public IReadOnlyList<Mask> Masks => [.. report.Located.Select(concept => concept.ToMask(report.Image.Image.Size))];

    /// <summary>The settings as used, with <see cref="ExtractionSettings.Resolution"/> filled in.</summary>
    public ExtractionSettings Settings => report.Settings;

    /// <summary>
    /// Writes the folder that the program <c>conceptexpress extract</c> writes, without previews: manifest, masks, overlay, embedding
    /// files, losses (a table and a chart) and the record of the run. <see cref="ConceptFolder.Open"/> reads it.
    /// </summary>
    /// <param name="folder">
    /// The path of a folder that is empty or does not exist. Missing parents are created. The result appears whole or not at all.
    /// </param>
    /// <param name="replace">
    /// Whether an earlier result of an extraction in the folder may be replaced; other files there stay. The default is false.
    /// </param>
    /// <exception cref="OutputOccupiedException">
    /// The folder is not empty, or, with <paramref name="replace"/>, holds a file with the name of a result that no extraction wrote.
    /// </exception>
    /// <exception cref="OutputException">The path is a file or below a file, or the folder cannot be written.</exception>
    public void Save(string folder, bool replace = false) =>
        new OutputFolder(folder, ResultNames.Extraction, replace).Write(fresh => ConceptFolderWriter.Write(fresh, report));
}

/// <summary>Writes pictures as PNG. The same picture gives the same bytes with the same version of .NET.</summary>
public static class PictureFiles
{
    /// <summary>Writes a picture to a file, as 8-bit RGB. A file of that name is replaced, whole or not at all.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="path">The path of the file; its folder exists.</param>
    /// <exception cref="IOException">The disk is full, or the folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the folder.</exception>
    public static void Save(this RgbImage picture, string path) => WholeFile.Write(path, picture.WritePng);

    /// <summary>Writes a picture to a stream, which stays open, as 8-bit RGB.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">A stream that can be written to. It need not support seeking.</param>
    /// <exception cref="IOException">Writing failed, for example because the disk is full.</exception>
    /// <exception cref="NotSupportedException">The stream is read-only.</exception>
    public static void WritePng(this RgbImage picture, Stream stream) => PngWriter.Write(stream, picture);
}
