using System.Security.Cryptography;

namespace ConceptExpress.Imaging;

/// <summary>Reads JPEG, PNG and WebP files. The files need not be trusted.</summary>
/// <remarks>
/// The samples are those of the file, as in PIL: color profiles and gamma chunks are not applied. 16-bit samples keep their high byte.
/// CMYK follows Adobe's inverted convention. Only the first frame of an animation is read.
/// Every method throws <see cref="ImageException"/> if a file is missing, unreadable, not a picture, too large, incomplete or damaged.
/// A JPEG without its end marker is read if its picture is complete. If up to 5 % of its rows are missing, only
/// <see cref="ReadWithDigest"/> reads it, because it can warn.
/// </remarks>
public static class ImageReader
{
    /// <summary>Reads the picture in a file. Transparent parts are blended over white.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">Orientation and limits. The default is null: <see cref="ImageReadOptions.Default"/>.</param>
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, too large, not a JPEG, PNG or WebP picture, incomplete or damaged.
    /// </exception>
    public static RgbImage Read(string path, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return Decode(ImageFile.ReadBytes(path, options.MaxBytes), path, options);
    }

    /// <summary>Like <see cref="Read"/>; also computes the digest of the file, which is read only once.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">Orientation and limits. The default is null: <see cref="ImageReadOptions.Default"/>.</param>
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, too large, not a JPEG, PNG or WebP picture, incomplete or damaged.
    /// </exception>
    public static DecodedImage ReadWithDigest(string path, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        var bytes = ImageFile.ReadBytes(path, options.MaxBytes);
        var pixels = PixelDecoder.Decode(bytes, path, options);
        return new DecodedImage(pixels.OverWhite(options.Exif), Convert.ToHexStringLower(SHA256.HashData(bytes)))
        {
            Warnings = pixels.Warnings(path),
        };
    }

    /// <summary>Decodes the bytes of a file. Transparent parts are blended over white.</summary>
    /// <param name="bytes">All bytes of the file. <see cref="ImageReadOptions.MaxBytes"/> is not checked.</param>
    /// <param name="name">The name of the file in error messages.</param>
    /// <param name="options">Orientation and limits. The default is null: <see cref="ImageReadOptions.Default"/>.</param>
    /// <exception cref="ImageException">
    /// The bytes are no JPEG, PNG or WebP picture, have too many pixels, or are incomplete or damaged.
    /// </exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return PixelDecoder.Decode(bytes, name, options).Whole(name).OverWhite(options.Exif);
    }

    /// <summary>
    /// Reads a mask: a pixel is set if its grey value is above 127. Grey is ITU-R 601 luma, computed as in PIL's <c>convert("L")</c>.
    /// Transparent parts are blended over black, so they are not part of the mask.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">Orientation and limits. The default is null: <see cref="ImageReadOptions.Default"/>.</param>
    /// <returns>A mask of the picture's size; it may be empty.</returns>
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, too large, not a JPEG, PNG or WebP picture, incomplete or damaged.
    /// </exception>
    public static Mask ReadMask(string path, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return DecodeGray(ImageFile.ReadBytes(path, options.MaxBytes), path, options).ToMask();
    }

    /// <summary>
    /// Decodes the grey values that <see cref="ReadMask"/> compares with 127. Error messages call the file <paramref name="name"/>.
    /// </summary>
    internal static GrayImage DecodeGray(ReadOnlySpan<byte> bytes, string name, ImageReadOptions? options = null)
    {
        options ??= ImageReadOptions.Default;
        return PixelDecoder.Decode(bytes, name, options).Whole(name).LumaOverBlack(options.Exif);
    }
}
