using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Output;

/// <summary>Pictures as files.</summary>
public static class PngFile
{
    public static void Write(string path, RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        using var stream = File.Create(path);
        PngWriter.Write(stream, image, text);
    }

    public static void Write(string path, Mask mask)
    {
        using var stream = File.Create(path);
        PngWriter.Write(stream, mask);
    }
}
