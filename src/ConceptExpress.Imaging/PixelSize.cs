namespace ConceptExpress.Imaging;

/// <summary>
/// A width and height in pixels. Both must be set by name, so that they cannot be swapped by mistake. They are not checked here: images,
/// masks and resizing refuse sides below 1.
/// </summary>
public readonly record struct PixelSize
{
    /// <summary>The number of pixels from left to right, 1 or more.</summary>
    public required int Width { get; init; }

    /// <summary>The number of pixels from top to bottom, 1 or more.</summary>
    public required int Height { get; init; }

    /// <summary>The number of pixels, width times height.</summary>
    public long Area => (long)Width * Height;

    /// <summary>Returns the size of a square.</summary>
    /// <param name="side">The width and height in pixels, 1 or more.</param>
    public static PixelSize Square(int side) => new() { Width = side, Height = side };

    /// <summary>Returns width and height, such as <c>640x480</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";

    /// <summary>Returns the size with the same proportions, each side at least 1, whose longer side is given.</summary>
    internal PixelSize WithLonger(int side)
    {
        var longer = Math.Max(Width, Height);
        int Scaled(int length) => Math.Max(1, (int)((long)length * side / longer));
        return new PixelSize { Width = Scaled(Width), Height = Scaled(Height) };
    }

    /// <summary>Returns this size, scaled down if its longer side is above a maximum.</summary>
    internal PixelSize Within(int side) => Math.Max(Width, Height) <= side ? this : WithLonger(side);

    /// <summary>Returns this size after checking that an image of it has a given number of samples.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">The number of samples is not width * height * channels.</exception>
    internal PixelSize Holding(long samples, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        return samples == Area * channels
            ? this
            : throw new ArgumentException(
                $"an image of {this} pixels with {channels} channel(s) has {Area * channels} samples, not {samples}");
    }
}
