using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Preprocessing;

// Shapes: B pictures, S side of the crop in pixels

/// <summary>Turns pictures of any size into the input of an encoder: resizes them, crops the centre and normalises the pixels.</summary>
/// <param name="Rule">Which sides are resized to <paramref name="Size"/>.</param>
/// <param name="Size">Size to resize to, in pixels; at least <paramref name="Crop"/>.</param>
/// <param name="Crop">S, the side of the square centre crop, in pixels.</param>
/// <param name="Rounding">Where the crop lies if it cannot be exactly centred.</param>
/// <param name="Filter">Filter of the resize; antialiased, gives the same bytes as Pillow.</param>
/// <param name="Mean">Mean of red, green and blue, in [0,1].</param>
/// <param name="Deviation">Standard deviation of red, green and blue, above 0.</param>
sealed record ImagePreprocessing(
    ResizeRule Rule, int Size, int Crop, CropRounding Rounding, ResizeFilter Filter,
    IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    const int Colours = 3;

    /// <summary>Resizes, crops and normalises pictures to pixels (B,3,S,S), fp32, on the CPU.</summary>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public Tensor Apply(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("There are no pictures to prepare.", nameof(pictures));
        using var scope = NewDisposeScope();
        return Normalize(PixelTensor.Bytes([.. pictures.Select(ResizeAndCrop)])).MoveToOuterDisposeScope();
    }

    /// <summary>Resizes a picture and crops the centre, S x S pixels.</summary>
    public RgbImage ResizeAndCrop(RgbImage picture)
    {
        var (size, crop) = (SizeOf(picture.Size), PixelSize.Square(Crop));
        var resized = ImageResizer.Resize(picture, size, Filter);
        if (size == crop) return resized;
        var (left, top) = (Margin(size.Width), Margin(size.Height));
        var pixels = new byte[Crop * Crop * Colours];
        for (var y = 0; y < Crop; y++)
            resized.Row(top + y).Slice(left * Colours, Crop * Colours).CopyTo(pixels.AsSpan(y * Crop * Colours));
        return new RgbImage(crop, pixels);
    }

    /// <summary>Bytes (B,3,h,w) to (value / 255 - mean) / deviation, fp32.</summary>
    public Tensor Normalize(Tensor bytes)
    {
        using var scope = NewDisposeScope();
        Tensor PerColour(IReadOnlyList<float> values) => tensor([.. values], [1, Colours, 1, 1], device: bytes.device);
        return ((bytes.to(float32) / 255 - PerColour(Mean)) / PerColour(Deviation)).MoveToOuterDisposeScope();
    }

    PixelSize SizeOf(PixelSize picture)
    {
        if (Rule == ResizeRule.Square) return PixelSize.Square(Size);
        var shorter = Math.Min(picture.Width, picture.Height);
        int Scaled(int side) => (int)((long)Size * side / shorter);
        return new PixelSize { Width = Scaled(picture.Width), Height = Scaled(picture.Height) };
    }

    int Margin(int length) =>
        Rounding == CropRounding.Down ? (length - Crop) / 2 : (int)Math.Round((length - Crop) / 2.0, MidpointRounding.ToEven);
}
