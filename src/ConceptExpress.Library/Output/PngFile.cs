using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Output;

/// <summary>Writes images and masks as PNG files.</summary>
static class PngFile
{
    /// <summary>Writes an image as 8-bit RGB, with texts by keyword. Replaces an existing file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        using var stream = File.Create(path);
        PngWriter.Write(stream, image, text);
    }

    /// <summary>Writes a mask as 8-bit gray: 255 inside, 0 outside. Replaces an existing file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Mask mask)
    {
        using var stream = File.Create(path);
        PngWriter.Write(stream, mask);
    }
}
