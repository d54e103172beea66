using System.Security.Cryptography;

namespace ConceptExpress.Imaging;

/// <summary>Reads JPEG, PNG and WebP pictures, whoever made them.</summary>
/// <remarks>
/// The samples are those of the file, as PIL gives them: colour profiles and gamma chunks are not applied. 16-bit samples keep their
/// high byte, CMYK follows Adobe's inverted convention, of an animation the first frame counts.
/// Every method throws <see cref="ImageException"/> for a file that is missing, unreadable, no picture, too large, cut off or damaged.
/// </remarks>
public static class ImageReader
{
    /// <summary>The picture in a file; transparent parts are laid over white.</summary>
    public static RgbImage Read(string path, ImageReadOptions? options = null) => ReadWithDigest(path, options).Image;

    /// <summary>The picture in a file and the digest of the file, both from one reading of its bytes.</summary>
    public static DecodedImage ReadWithDigest(string path, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        var bytes = ImageFile.ReadBytes(path, options.MaxBytes);
        return new DecodedImage(Decode(bytes, path, options), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The picture in the bytes of a file; <paramref name="name"/> stands for it in error messages.</summary>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return PixelDecoder.Decode(bytes, name, options).OverWhite(options.Exif);
    }

    /// <summary>
    /// The mask in a file: a pixel is set where its grey value is above 127. Grey is ITU-R 601 luma as PIL's <c>convert("L")</c> computes it; transparent
    /// parts are laid over black, so that what is not there is not masked.
    /// </summary>
    public static Mask ReadMask(string path, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return DecodeGray(ImageFile.ReadBytes(path, options.MaxBytes), path, options).ToMask();
    }

    /// <summary>The grey values that <see cref="ReadMask"/> cuts at 127; <paramref name="name"/> stands for the file in error messages.</summary>
    internal static GrayImage DecodeGray(ReadOnlySpan<byte> bytes, string name, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return PixelDecoder.Decode(bytes, name, options).LumaOverBlack(options.Exif);
    }
}
