namespace ConceptExpress.Extraction;

/// <summary>A picture as the autoencoder takes it.</summary>
/// <param name="Height">Rows of pixels, a multiple of the autoencoder's downscale.</param>
/// <param name="Width">Columns of pixels, likewise.</param>
/// <param name="Pixels">3 * Height * Width values in [-1,1]: all red, then all green, then all blue.</param>
public sealed record Picture(int Height, int Width, float[] Pixels)
{
    /// <summary>From interleaved bytes R G B, row by row: (byte / 255 - 0.5) / 0.5.</summary>
    /// <exception cref="ArgumentException">Not 3 * height * width bytes.</exception>
    public static Picture FromRgb(int height, int width, ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != 3 * height * width) throw new ArgumentException($"{rgb.Length} bytes are not {width} x {height} pixels of three", nameof(rgb));
        var (plane, pixels) = (height * width, new float[rgb.Length]);
        for (var i = 0; i < plane; i++)
            for (var c = 0; c < 3; c++)
                pixels[c * plane + i] = (rgb[3 * i + c] / 255f - 0.5f) / 0.5f;
        return new Picture(height, width, pixels);
    }
}
