using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>Which pixels of a picture belong to a thing.</summary>
public sealed class Mask
{
    readonly bool[] pixels;

    /// <summary>Takes over <paramref name="pixels"/>: (height, width), row by row from the top.</summary>
    /// <exception cref="ArgumentException">The array does not have height * width entries, or there are none.</exception>
    public Mask(int width, int height, bool[] pixels)
    {
        if (width < 1 || height < 1 || pixels.LongLength != (long)width * height)
            throw new ArgumentException($"{pixels.LongLength} entries do not make a mask of {width}x{height}");
        (Width, Height, this.pixels) = (width, height, pixels);
        Area = pixels.Count(inside => inside);
    }

    /// <summary>The pixels of an image whose values are above 127: soft edges are cut in the middle.</summary>
    public static Mask Of(GrayImage image)
    {
        var pixels = new bool[image.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = image.Pixels[i] > 127;
        return new Mask(image.Width, image.Height, pixels);
    }

    /// <summary>255 where the thing is, 0 elsewhere.</summary>
    public GrayImage ToImage() => new(Width, Height, Array.ConvertAll(pixels, inside => inside ? byte.MaxValue : (byte)0));

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>Pixels that belong to the thing.</summary>
    public int Area { get; }

    /// <summary>(height, width), row by row from the top.</summary>
    public ReadOnlySpan<bool> Pixels => pixels;

    /// <summary>Pixels that belong to both.</summary>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public int Overlap(Mask other)
    {
        RequireSize(other);
        var overlap = 0;
        for (var i = 0; i < pixels.Length; i++)
            if (pixels[i] && other.pixels[i]) overlap++;
        return overlap;
    }

    /// <summary>Intersection over union, 0..1; that of two empty masks is 0.</summary>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public double Iou(Mask other)
    {
        var overlap = Overlap(other);
        var union = Area + other.Area - overlap;
        return union > 0 ? (double)overlap / union : 0;
    }

    /// <summary>What belongs to any of the masks.</summary>
    /// <exception cref="ArgumentException">There are none, or they differ in size.</exception>
    public static Mask Union(IReadOnlyList<Mask> masks)
    {
        if (masks.Count == 0) throw new ArgumentException("no masks to unite");
        var union = new bool[masks[0].pixels.Length];
        foreach (var mask in masks)
        {
            mask.RequireSize(masks[0]);
            for (var i = 0; i < union.Length; i++) union[i] |= mask.pixels[i];
        }
        return new Mask(masks[0].Width, masks[0].Height, union);
    }

    /// <summary>The mask at another size; every pixel takes the value at its centre.</summary>
    /// <exception cref="ArgumentException">The size has no pixels.</exception>
    public Mask Resize(int width, int height)
    {
        if (width < 1 || height < 1) throw new ArgumentException($"{width}x{height} has no pixels");
        if (width == Width && height == Height) return this;
        var resized = new bool[width * height];
        for (var y = 0; y < height; y++)
        {
            var source = (int)((2L * y + 1) * Height / (2L * height)) * Width;
            for (var x = 0; x < width; x++)
                resized[y * width + x] = pixels[source + (int)((2L * x + 1) * Width / (2L * width))];
        }
        return new Mask(width, height, resized);
    }

    void RequireSize(Mask other)
    {
        if (Width != other.Width || Height != other.Height)
            throw new ArgumentException($"a mask of {Width}x{Height} cannot be compared with one of {other.Width}x{other.Height}");
    }
}
