using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>Decodes the bytes of a file with SkiaSharp, after checking the limits.</summary>
static class PixelDecoder
{
    const int BytesPerPixel = 4;

    internal static RgbaPixels Decode(ReadOnlySpan<byte> bytes, string name, ImageReadOptions options)
    {
        if (!ImageHeader.IsKnown(bytes)) throw new ImageException(NotAPicture.Message(bytes, name));
        if (ImageHeader.PngSize(bytes) is { } announced) CheckSize(announced, name, options);
        var cut = ImageHeader.IsJpeg(bytes) && JpegEnd.IsMissing(bytes);
        var pixels = cut ? DecodeCut(bytes, name, options) : DecodeWhole(bytes, name, options);
        return pixels with { Origin = StoredOrientation.Of(bytes) };
    }

    static RgbaPixels DecodeWhole(ReadOnlySpan<byte> bytes, string name, ImageReadOptions options)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new ImageException($"'{name}' has a damaged or incomplete header; save or download the picture again.");
        var size = new PixelSize { Width = codec.Info.Width, Height = codec.Info.Height };
        CheckSize(size, name, options);
        return new RgbaPixels(size, DecodePixels(codec, name), SKEncodedOrigin.TopLeft);
    }

    static RgbaPixels DecodeCut(ReadOnlySpan<byte> bytes, string name, ImageReadOptions options)
    {
        if (!JpegScans.AreAllThere(bytes)) throw EndsEarly(name);
        var pixels = DecodeWhole(JpegEnd.Ended(bytes), name, options);
        var other = DecodeWhole(JpegEnd.GoingOn(bytes), name, options);
        var missing = pixels.Size.Height - JpegEnd.SameRows(pixels.Samples, other.Samples, pixels.Size.Width);
        if (missing > JpegEnd.MaxMissing * pixels.Size.Height) throw EndsEarly(name);
        return pixels with { EndIsMissing = true, MissingRows = missing };
    }

    static void CheckSize(PixelSize size, string name, ImageReadOptions options)
    {
        var limit = Math.Min(options.MaxPixels, Array.MaxLength / BytesPerPixel);
        if (size.Area > limit)
            throw new ImageException($"'{name}' has {size} pixels, more than {limit / 1e6:0.###} million; scale it down first.");
    }

    static byte[] DecodePixels(SKCodec codec, string name)
    {
        // Without a target color space, samples stay as they are. Alpha is not premultiplied, so that it is applied only once, at full
        // precision.
        var layout = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var result = codec.GetPixels(layout, out var pixels);
        return result switch
        {
            SKCodecResult.Success => pixels,
            SKCodecResult.IncompleteInput => throw EndsEarly(name),
            _ =>
                throw new ImageException($"'{name}' is damaged and cannot be decoded ({result}); save or download the picture again."),
        };
    }

    /// <summary>The refusal of a file whose end is missing.</summary>
    internal static ImageException EndsEarly(string name) =>
        new($"'{name}' ends before its picture is complete; copy or download it again.");
}
