namespace ConceptExpress.Imaging;

/// <summary>Width and height in pixels. Both are set by name, so that they cannot be swapped unnoticed.</summary>
public readonly record struct PixelSize
{
    /// <summary>Pixels from left to right, 1 or more.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels from top to bottom, 1 or more.</summary>
    public required int Height { get; init; }

    /// <summary>Width times height.</summary>
    public long Area => (long)Width * Height;

    /// <summary>A square of <paramref name="side"/> pixels.</summary>
    public static PixelSize Square(int side) => new() { Width = side, Height = side };

    /// <summary><c>640x480</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";

    /// <summary>The one rule that every image's samples obey.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">There are more or fewer samples than the size has.</exception>
    internal PixelSize Holding(long samples, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        return samples == Area * channels
            ? this
            : throw new ArgumentException($"an image of {this} pixels with {channels} channel(s) has {Area * channels} samples, not {samples}");
    }
}
