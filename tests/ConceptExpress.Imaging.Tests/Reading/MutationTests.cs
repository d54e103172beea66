using System.Buffers.Binary;
using System.IO.Hashing;
using ConceptExpress.Testing;
using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

/// <summary>
/// Small files, changed at random: each is read or refused in one sentence, and costs no more memory than its pixels may.
/// </summary>
public sealed class MutationTests
{
    const int MaxPixels = 1 << 18;

    // Twice the stored pixels (a cut JPEG is decoded twice), the shown ones, and what metadata may be unpacked to.
    const long MaxAllocated = 2 * 4 * MaxPixels + 3 * MaxPixels + (40 << 20);

    static readonly ImageReadOptions options = new() { MaxPixels = MaxPixels };

    [Fact]
    public void MutatedJpeg_IsReadOrRefused()
    {
        var plain = SkiaFile.Encode(RandomImages.Noise(20, 24, seed: 1), SKEncodedImageFormat.Jpeg, quality: 60);
        var exif = Metadata.Prefixed(ExifBlock.Orientation(6));
        var xmp = Metadata.XmpSegment(Metadata.XmpElement("5"));
        byte[] segments = [0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, 0xFF, 0xE1, (byte)((xmp.Length + 2) >> 8),
            (byte)(xmp.Length + 2), .. xmp];
        var (first, second) = ProgressiveJpeg.Of(2, 2, (column, row) => (byte)(100 * column + row));
        Run("JPEG", [[.. plain[..2], .. segments, .. plain[2..]], [.. first, .. second, 0xFF, 0xD9], plain[..^2]], seed: 11, repair: false);
    }

    [Fact]
    public void MutatedPng_IsReadOrRefused()
    {
        var text = Metadata.InternationalText(Metadata.XmpAttribute("6"), compressed: true);
        var profile = Metadata.RawProfile("exif", ExifBlock.Orientation(3), compressed: true);
        byte[] row = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 9))];
        var turned = new PngFile(8, 2, PngColor.Rgb) { Chunks = [text, profile, ("eXIf", ExifBlock.Orientation(9))] }.With(row, row);
        var palette = new PngFile(4, 1, PngColor.Palette) { Chunks = [("PLTE", [1, 2, 3, 4, 5, 6]), ("tRNS", [9])] }.With([0, 1, 1, 0]);
        var interlaced = new PngFile(2, 2, PngColor.Gray) { Interlaced = true }.With([1], [2], [3, 4]);
        Run("PNG", [turned, palette, interlaced], seed: 12, repair: true);
    }

    [Fact]
    public void MutatedWebp_IsReadOrRefused()
    {
        var lossy = SkiaFile.Encode(RandomImages.Noise(20, 24, seed: 1), SKEncodedImageFormat.Webp, quality: 60);
        var turned = BlockPicture.Webp(("EXIF", ExifBlock.Orientation(6)), ("XMP ", Metadata.XmpSegment(Metadata.XmpElement("5"))[29..]));
        var lossless = SkiaFile.LosslessWebp(3, 1, [10, 20, 30, 255, 10, 20, 30, 0, 100, 0, 200, 51]);
        Run("WebP", [lossy, turned, lossless], seed: 13, repair: false);
    }

    static byte[] Segment(byte[] data) => [0xFF, 0xE1, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    static void Run(string format, byte[][] files, int seed, bool repair) =>
        new MutationRun(format, seed, MaxAllocated, typeof(ImageException)).Run(
            (i, random) =>
            {
                var file = Mutation.OfBytes(files[i % files.Length], random);
                if (repair && random.Next(4) > 0) RepairChecksums(file); // else only checksums would be tested
                return file;
            },
            (file, _) => ImageReader.Decode(file, "mutated", options));

    static void RepairChecksums(byte[] png)
    {
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12) return;
            var checksum = Crc32.HashToUInt32(png.AsSpan(at + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), checksum);
            at += 12 + (int)length;
        }
    }
}
