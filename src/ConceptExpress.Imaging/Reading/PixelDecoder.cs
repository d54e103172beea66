using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>Lets SkiaSharp's codecs turn the bytes of a file into pixels, after the limits are checked.</summary>
static class PixelDecoder
{
    const int BytesPerPixel = 4;

    internal static RgbaPixels Decode(ReadOnlySpan<byte> bytes, string name, ImageReadOptions options)
    {
        if (bytes.IsEmpty) throw new ImageException($"'{name}' is empty; save or download the picture again.");
        if (!ImageHeader.IsKnown(bytes))
            throw new ImageException($"'{name}' is not a JPEG, PNG or WebP picture; convert it to one of these.");
        if (ImageHeader.TryReadPngSize(bytes, out var width, out var height)) CheckSize(width, height, name, options);

        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new ImageException($"'{name}' has a damaged or incomplete header; save or download the picture again.");
        CheckSize(codec.Info.Width, codec.Info.Height, name, options);
        var origin = ImageHeader.IsPng(bytes) ? PngOrientation.Of(bytes) : codec.EncodedOrigin;
        return new RgbaPixels(codec.Info.Width, codec.Info.Height, DecodePixels(codec, name), origin);
    }

    static void CheckSize(long width, long height, string name, ImageReadOptions options)
    {
        var limit = Math.Min(options.MaxPixels, Array.MaxLength / BytesPerPixel);
        if (height > 0 && width > limit / height)
            throw new ImageException($"'{name}' has {width}x{height} pixels, more than {limit / 1e6:0.###} million; scale it down first.");
    }

    static byte[] DecodePixels(SKCodec codec, string name)
    {
        // No target colour space: the samples stay as they are. Not premultiplied: alpha is applied once, at full precision.
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var layout = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var result = codec.GetPixels(layout, out var pixels);
        return result switch
        {
            SKCodecResult.Success => pixels,
            SKCodecResult.IncompleteInput =>
                throw new ImageException($"'{name}' ends before its picture is complete; copy or download it again."),
            _ =>
                throw new ImageException($"'{name}' is damaged and cannot be decoded ({result}); save or download the picture again."),
        };
    }
}
