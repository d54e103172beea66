using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>Decodes the bytes of a file with SkiaSharp, after checking the limits.</summary>
static class PixelDecoder
{
    const int BytesPerPixel = 4;

    internal static RgbaPixels Decode(ReadOnlySpan<byte> bytes, string name, ImageReadOptions options)
    {
        if (bytes.IsEmpty) throw new ImageException($"'{name}' is empty; save or download the picture again.");
        if (!ImageHeader.IsKnown(bytes))
            throw new ImageException($"'{name}' is not a JPEG, PNG or WebP picture; convert it to one of these.");
        if (ImageHeader.PngSize(bytes) is { } announced) CheckSize(announced, name, options);

        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new ImageException($"'{name}' has a damaged or incomplete header; save or download the picture again.");
        var size = new PixelSize { Width = codec.Info.Width, Height = codec.Info.Height };
        CheckSize(size, name, options);
        var origin = ImageHeader.IsPng(bytes) ? PngOrientation.Of(bytes) : codec.EncodedOrigin;
        return new RgbaPixels(size, DecodePixels(codec, name), origin);
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
            SKCodecResult.IncompleteInput =>
                throw new ImageException($"'{name}' ends before its picture is complete; copy or download it again."),
            _ =>
                throw new ImageException($"'{name}' is damaged and cannot be decoded ({result}); save or download the picture again."),
        };
    }
}
