using ConceptExpress.Hub;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>Compares the size of results with the space on the disk.</summary>
static class DiskCheck
{
    // Of a concept without its picture: a mask, a word, a preview. Of a run: states, charts, tables.
    const long PerConcept = 1_000_000, PerRun = 8_000_000;
    const int TypicalConcepts = 5, BytesPerPixel = 3;

    /// <summary>Checks that the results of a picture fit, written beside those that they replace.</summary>
    /// <param name="output">The folder for the results.</param>
    /// <param name="picture">Size of the picture.</param>
    /// <param name="masks">Number of given masks; null if concepts are located.</param>
    /// <param name="previews">How previews are drawn; null if nothing is learned.</param>
    /// <param name="machine">Tells what is free.</param>
    /// <exception cref="OutputException">They do not fit.</exception>
    public static void Require(string output, PixelSize picture, int? masks, PreviewSettings? previews, MachineProbe machine)
    {
        var concepts = masks ?? TypicalConcepts;
        var needed = PerRun + (long)picture.Width * picture.Height * (BytesPerPixel + concepts / 8)
            + concepts * (1 + (previews?.Count ?? 0)) * PerConcept;
        if (machine.FreeDisk(output) is { } free && free < needed)
            throw new OutputException($"{output} has room for {ByteCount.Words(free)}, but the results may take {ByteCount.Words(needed)}; "
                + "free some space, or choose a folder on another disk.");
    }
}
