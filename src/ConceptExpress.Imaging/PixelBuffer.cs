namespace ConceptExpress.Imaging;

/// <summary>The one rule every image's bytes obey.</summary>
static class PixelBuffer
{
    internal static void CheckLength(int width, int height, int channels, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var expected = (long)width * height * channels;
        if (length != expected)
            throw new ArgumentException(
                $"An image of {width}x{height} with {channels} channel(s) has {expected} bytes, not {length}.", nameof(length));
    }
}
