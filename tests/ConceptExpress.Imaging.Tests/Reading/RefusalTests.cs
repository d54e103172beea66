using System.Security.Cryptography;
using FsCheck;
using FsCheck.Xunit;
using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

public sealed class RefusalTests
{
    [Fact]
    public void MissingFile_IsRefusedByName()
    {
        AssertRefused("nowhere/missing.png", "no file");
        AssertRefused(Path.Combine(Path.GetTempPath(), "certainly-not-there.png"), "no file");
    }

    [Fact]
    public void ImpossiblePath_IsRefusedByName() => AssertRefused("", "no file");

    [Fact]
    public void Folder_IsRefusedByName() => AssertRefused(Path.GetTempPath(), "folder");

    [Fact]
    public void EmptyFile_IsRefusedByName()
    {
        using var file = new TemporaryFile([]);
        AssertRefused(file.Path, "empty");
    }

    [Fact]
    public void TextNamedPng_IsRefusedByName()
    {
        using var file = new TemporaryFile("this is not a picture"u8.ToArray());
        AssertRefused(file.Path, "JPEG, PNG or WebP");
    }

    [Fact]
    public void OtherFormatsOfTheCodec_AreRefused()
    {
        using var file = new TemporaryFile([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0, 0x3B], ".gif");
        AssertRefused(file.Path, "JPEG, PNG or WebP");
    }

    [Fact]
    public void UnreadableFile_IsRefusedByName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions");
        using var file = new TemporaryFile(new PngFile(1, 1, PngColor.Gray).With([0]));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.Path, UnixFileMode.None);
        Assert.SkipWhen(CanOpen(file.Path), "this user (root?) may read every file");
        AssertRefused(file.Path, "may not be read");
    }

    [Fact]
    public void FileInUse_IsRefusedByName()
    {
        using var file = new TemporaryFile(new PngFile(1, 1, PngColor.Gray).With([0]));
        using var other = new FileStream(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        AssertRefused(file.Path, "cannot be read");
    }

    [Fact]
    public void PngHeader_ThatPromisesTooMuch_IsRefusedForItsSizeAndCostsLittleMemory()
    {
        using var file = new TemporaryFile(new PngFile(30000, 30000, PngColor.Rgb).Header());
        AssertRefused(file.Path, "30000x30000"); // not counted: everything is compiled and loaded here
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file.Path, "64 million");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void PngHeader_WithTheLargestSides_IsRefusedForItsSize()
    {
        using var file = new TemporaryFile(new PngFile(int.MaxValue, int.MaxValue, PngColor.Rgb).Header());
        AssertRefused(file.Path, "2147483647x2147483647");
    }

    [Fact]
    public void PngHeader_WithSidesThatPngDoesNotAllow_IsRefusedForItsSize()
    {
        // 2^32 - 1, which counts as the most that is allowed
        using var file = new TemporaryFile(new PngFile(-1, -1, PngColor.Rgb).Header());
        AssertRefused(file.Path, "2147483647x2147483647");
    }

    [Fact]
    public void JpegHeader_ThatPromisesTooMuch_IsRefusedForItsSize()
    {
        using var file = new TemporaryFile(new JpegFile(1, 1, 3, 0).Head(60000, 60000), ".jpg");
        AssertRefused(file.Path, "60000x60000");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void PixelLimit_IsTheLargestSizeAllowed(SKEncodedImageFormat format)
    {
        var file = SkiaFile.Encode(RandomImages.Noise(20, 10, seed: 1), format);
        Assert.Equal(20, ImageReader.Decode(file, "noise", new ImageReadOptions { MaxPixels = 200 }).Width);
        Assert.Throws<ImageException>(() => ImageReader.Decode(file, "noise", new ImageReadOptions { MaxPixels = 199 }));
    }

    [Fact]
    public void ByteLimit_IsTheLargestFileAllowed()
    {
        var bytes = new PngFile(1, 1, PngColor.Gray).With([0]);
        using var file = new TemporaryFile(bytes);
        Assert.Equal(1, ImageReader.Read(file.Path, new ImageReadOptions { MaxBytes = bytes.Length }).Width);
        AssertRefused(file.Path, "larger than", new ImageReadOptions { MaxBytes = bytes.Length - 1 });
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TruncatedFile_IsRefusedWhereverItWasCut(SKEncodedImageFormat format)
    {
        var whole = SkiaFile.Encode(RandomImages.Noise(40, 30, seed: 2), format);
        for (var percent = 1; percent < 98; percent++)
        {
            var error = Assert.Throws<ImageException>(() => ImageReader.Decode(whole.AsSpan(0, whole.Length * percent / 100), "cut", null));
            Assert.Contains("'cut'", error.Message);
        }
    }

    [Fact]
    public void DamagedPixels_AreRefused()
    {
        var file = new PngFile(8, 8, PngColor.Rgb).With([.. Enumerable.Range(0, 8).Select(_ => new byte[24])]);
        file.AsSpan(file.Length - 30, 8).Fill(0xAA); // inside IDAT
        Assert.Throws<ImageException>(() => ImageReader.Decode(file, "damaged.png"));
    }

    [Property]
    public void ArbitraryBytes_AreReadOrRefused(byte[] tail, byte kind)
    {
        byte[] webp = [.. "RIFF"u8, 40, 0, 0, 0, .. "WEBPVP8 "u8];
        byte[][] starts = [new PngFile(4, 4, PngColor.Rgb).Header(), new JpegFile(1, 1, 3, 0).Head(8, 8), webp, []];
        byte[] file = [.. starts[kind % starts.Length], .. tail];
        var error = Xunit.Record.Exception(() => ImageReader.Decode(file, "garbage"));
        Assert.True(error is null or ImageException, error?.ToString());
    }

    [Property]
    public void Digest_IsThatOfTheFile(PositiveInt seed)
    {
        var bytes = SkiaFile.Encode(RandomImages.Noise(3, 2, seed.Get), SKEncodedImageFormat.Png);
        using var file = new TemporaryFile(bytes);
        var decoded = ImageReader.ReadWithDigest(file.Path);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant(), decoded.Sha256);
        Assert.Equal(RandomImages.Noise(3, 2, seed.Get).Pixels, decoded.Image.Pixels);
        Assert.Equal((3, 2), (decoded.Image.Width, decoded.Image.Height));
    }

    static void AssertRefused(string path, string reason, ImageReadOptions? options = null)
    {
        foreach (var read in (Action[])[() => ImageReader.Read(path, options), () => ImageReader.ReadMask(path, options)])
        {
            var message = Assert.Throws<ImageException>(read).Message;
            Assert.Contains($"'{path}'", message);
            Assert.Contains(reason, message);
            Assert.EndsWith(".", message);
            Assert.DoesNotContain('\n', message);
        }
    }

    static bool CanOpen(string path)
    {
        try
        {
            File.OpenRead(path).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
