using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

/// <summary>JPEG files whose end is missing: what is there is shown as it is, what is not is told.</summary>
public sealed class CutJpegTests
{
    const int Height = 800;

    static readonly byte[] whole = SkiaFile.Encode(RandomImages.Noise(48, Height, seed: 5), SKEncodedImageFormat.Jpeg, quality: 90);
    static readonly RgbImage picture = ImageReader.Decode(whole, "whole.jpg");

    [Fact]
    public void AWholeFile_HasNoWarning() => Assert.Empty(Read(whole).Warnings);

    [Fact]
    public void AFileWithoutItsEndMarker_IsReadWhole_WithAWarning()
    {
        foreach (var file in (byte[][])[whole[..^2], whole[..^1], [.. whole[..^2], 0, 0, 0, 0, 0]])
        {
            var read = Read(file);
            Assert.Equal(picture.Pixels, read.Image.Pixels);
            Assert.Contains("end marker", Assert.Single(read.Warnings));
            Assert.Equal(picture.Pixels, ImageReader.Decode(file, "cut.jpg").Pixels); // nothing is missing, so nothing need be told
        }
    }

    [Fact]
    public void AnEndMarkerInAThumbnail_IsNotThatOfThePicture()
    {
        byte[] file = [.. whole[..2], 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9, .. whole[2..^2]];
        Assert.Single(Read(file).Warnings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)] // the rest of a download that broke off
    public void WhateverIsMissing_RowsAreExactOrTold_OrTheFileIsRefused(int zeros)
    {
        var (read, refused) = (0, 0);
        for (var length = whole.Length - 2; length > whole.Length / 2; length -= 1 + (whole.Length - length) / 8)
        {
            byte[] file = [.. whole[..length], .. new byte[zeros]];
            if (Missing(file) is not { } missing)
            {
                refused++;
                continue;
            }
            read++;
            Assert.InRange(missing, 0, Height / 20);
            Assert.Equal(picture.Pixels[..(144 * (Height - missing))], Read(file).Image.Pixels[..(144 * (Height - missing))]);
        }
        Assert.True(read >= 5 && refused >= 5, $"{read} read, {refused} refused");
    }

    [Fact]
    public void MissingRows_AreToldByTheirNumber_OrRefusedWhereNothingCanBeTold()
    {
        var file = whole[..(whole.Length * 98 / 100)];
        var warning = Assert.Single(Read(file).Warnings);
        Assert.Contains($"of its {Height} rows, the last {Missing(file)} are missing", warning);
        Assert.EndsWith(".", warning);
        Assert.InRange(Missing(file)!.Value, Height / 100, Height / 20);
        using var temporary = new TemporaryFile(file, ".jpg");
        Action[] silent =
        [
            () => ImageReader.Decode(file, "cut.jpg"), () => ImageReader.Read(temporary.Path), () => ImageReader.ReadMask(temporary.Path),
        ];
        foreach (var read in silent)
            Assert.Contains("before its picture is complete", Assert.Throws<ImageException>(read).Message);
    }

    [Fact]
    public void AProgressiveFile_ThatEndsBetweenItsScans_IsRefused()
    {
        var (first, second) = ProgressiveJpeg.Of(2, 40, (column, row) => (byte)(50 * column + 3 * row));
        byte[] complete = [.. first, .. second, 0xFF, 0xD9];
        var shown = Read(complete);
        Assert.Empty(shown.Warnings);
        Assert.Equal((50, 0), (shown.Image[8, 0].Red, shown.Image[0, 0].Red));
        Assert.Equal(shown.Image.Pixels, Read(complete[..^2]).Image.Pixels);
        Assert.Single(Read(complete[..^2]).Warnings);
        Assert.Throws<ImageException>(() => Read(first));
        for (var cut = 3; cut < 10; cut++) Assert.Throws<ImageException>(() => Read([.. first, .. second[..^cut]]));
    }

    [Fact]
    public void AColourComponentWhoseScanNeverCame_IsRefused()
    {
        var file = new JpegFile(2, 2, 3, 0).With((_, _) => [10, 20, 30]);
        var scan = file.AsSpan().IndexOf((byte[])[0xFF, 0xDA]);
        // A scan of the first component alone.
        byte[] cut = [.. file[..scan], 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, .. new byte[40]];
        Assert.Throws<ImageException>(() => Read(cut));
    }

    static DecodedImage Read(byte[] bytes)
    {
        using var file = new TemporaryFile(bytes, ".jpg");
        return ImageReader.ReadWithDigest(file.Path);
    }

    // The rows that the warning tells of; null if the file is refused.
    static int? Missing(byte[] bytes)
    {
        try
        {
            return PixelDecoder.Decode(bytes, "cut.jpg", ImageReadOptions.Default).MissingRows;
        }
        catch (ImageException)
        {
            return null;
        }
    }
}
