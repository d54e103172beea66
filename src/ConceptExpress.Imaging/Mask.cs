using System.Numerics;
using System.Runtime.InteropServices;

namespace ConceptExpress.Imaging;

/// <summary>The pixels of a picture that belong to a thing. Immutable. This is the only mask type in pixels.</summary>
public sealed class Mask
{
    readonly bool[] pixels;

    /// <summary>Makes a mask of an array, without copying it.</summary>
    /// <param name="size">The width and height in pixels, each 1 or more.</param>
    /// <param name="pixels">
    /// (height, width) values, row by row from the top: true inside the thing. Do not change the array afterwards.
    /// </param>
    /// <exception cref="ArgumentException">The array does not have height * width entries.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public Mask(PixelSize size, bool[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        (Size, this.pixels) = (size.Holding(pixels.LongLength, channels: 1), pixels);
        Area = CountBoth(pixels, pixels);
    }

    /// <summary>The width and height in pixels.</summary>
    public PixelSize Size { get; }

    /// <summary>The number of pixels from left to right.</summary>
    public int Width => Size.Width;

    /// <summary>The number of pixels from top to bottom.</summary>
    public int Height => Size.Height;

    /// <summary>The number of pixels that belong to the thing.</summary>
    public int Area { get; }

    /// <summary>The share of the picture that belongs to the thing, 0 to 1.</summary>
    public double Coverage => (double)Area / pixels.Length;

    /// <summary>(height, width) values, row by row from the top: true inside the thing.</summary>
    public ReadOnlySpan<bool> Pixels => pixels;

    /// <summary>Whether a pixel belongs to the thing.</summary>
    /// <param name="x">The column from the left, 0 to <see cref="Width"/> - 1.</param>
    /// <param name="y">The row from the top, 0 to <see cref="Height"/> - 1.</param>
    /// <exception cref="IndexOutOfRangeException">The column is outside of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row is outside of the mask.</exception>
    public bool this[int x, int y] => pixels.AsSpan(y * Width, Width)[x];

    /// <summary>Returns the number of pixels that belong to both masks.</summary>
    /// <param name="other">A mask of the same size.</param>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public int Overlap(Mask other)
    {
        RequireSize(other.Size);
        return CountBoth(pixels, other.pixels);
    }

    /// <summary>Returns the intersection over union, 0 to 1; 0 for two empty masks.</summary>
    /// <param name="other">A mask of the same size.</param>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public double Iou(Mask other)
    {
        var overlap = Overlap(other);
        var union = Area + other.Area - overlap;
        return union > 0 ? (double)overlap / union : 0;
    }

    /// <summary>Returns the union of masks: all pixels that belong to any of them.</summary>
    /// <param name="masks">One or more masks of the same size.</param>
    /// <exception cref="ArgumentException">There are no masks, or they differ in size.</exception>
    public static Mask Union(IReadOnlyList<Mask> masks)
    {
        if (masks.Count == 0) throw new ArgumentException("a union needs at least one mask");
        var union = new bool[masks[0].pixels.Length];
        foreach (var mask in masks)
        {
            mask.RequireSize(masks[0].Size);
            for (var i = 0; i < union.Length; i++) union[i] |= mask.pixels[i];
        }
        return new Mask(masks[0].Size, union);
    }

    /// <summary>
    /// Resizes the mask by nearest neighbor: target column x takes source column floor((x + 1/2) * sourceWidth / width), and rows likewise.
    /// </summary>
    /// <param name="size">The new width and height in pixels, each 1 or more.</param>
    /// <returns>A mask of that size; this mask itself if it has that size already.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="OverflowException">The new size has 2^31 pixels or more.</exception>
    public Mask Resize(PixelSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1);
        if (size == Size) return this;
        var resized = new bool[checked((int)size.Area)];
        for (var y = 0; y < size.Height; y++)
        {
            var row = Nearest(y, Height, size.Height) * Width;
            for (var x = 0; x < size.Width; x++) resized[y * size.Width + x] = pixels[row + Nearest(x, Width, size.Width)];
        }
        return new Mask(size, resized);
    }

    /// <summary>Returns whether the mask has the proportions of a picture. The mask may have another scale.</summary>
    /// <param name="picture">The width and height of the picture in pixels, each 1 or more.</param>
    /// <returns>
    /// True if the sides differ by at most one pixel of the smaller of the two, after the longer sides are scaled to the same length.
    /// </returns>
    public bool HasProportionsOf(PixelSize picture)
    {
        var scale = (double)Math.Max(Width, Height) / Math.Max(picture.Width, picture.Height);
        return Math.Max(Math.Abs(picture.Width * scale - Width), Math.Abs(picture.Height * scale - Height)) <= Math.Max(1, scale);
    }

    // Photographs have millions of pixels, and metrics compare each found mask with each true one.
    static int CountBoth(ReadOnlySpan<bool> one, ReadOnlySpan<bool> other)
    {
        var a = MemoryMarshal.AsBytes(one);
        var b = MemoryMarshal.AsBytes(other);
        var (count, i, last) = (0, 0, a.Length - Vector<byte>.Count);
        while (i <= last)
        {
            var lanes = Vector<byte>.Zero;
            for (var sums = 0; sums < byte.MaxValue && i <= last; sums++, i += Vector<byte>.Count) // more would overflow a lane
                lanes += new Vector<byte>(a[i..]) & new Vector<byte>(b[i..]);
            Vector.Widen(lanes, out var low, out var high);
            count += Vector.Sum(low) + Vector.Sum(high);
        }
        for (; i < a.Length; i++) count += a[i] & b[i];
        return count;
    }

    static int Nearest(int target, int sourceLength, int targetLength) => (int)((2L * target + 1) * sourceLength / (2L * targetLength));

    void RequireSize(PixelSize other)
    {
        if (Size != other)
            throw new ArgumentException($"a mask of {Size} pixels cannot be combined with one of {other}; resize one of them");
    }
}
