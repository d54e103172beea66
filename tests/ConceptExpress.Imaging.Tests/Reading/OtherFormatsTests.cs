using System.Text;

namespace ConceptExpress.Imaging.Tests;

/// <summary>What is not read is called by its name, with what to do.</summary>
public sealed class OtherFormatsTests
{
    static byte[] Media(string brands) => [0, 0, 0, 32, .. Encoding.ASCII.GetBytes("ftyp" + brands), .. new byte[20]];

    public static TheoryData<byte[], string> Formats => new()
    {
        { Media("avif\0\0\0\0mif1"), "AVIF" },
        { Media("avis\0\0\0\0msf1"), "AVIF" },
        { Media("mif1\0\0\0\0mif1avif"), "AVIF" },
        { Media("heic\0\0\0\0mif1"), "HEIC" },
        { Media("mif1\0\0\0\0heic"), "HEIC" },
        { Media("msf1\0\0\0\0hevc"), "HEIC" },
        { Media("crx \0\0\0\u0001"), "raw picture" },
        { Media("isom\0\0\0\0mp42"), "video" },
        { [.. "GIF87a"u8, 1, 0], "GIF" },
        { [.. "GIF89a"u8, 1, 0], "GIF" },
        { [.. "II*\0"u8, 8, 0, 0, 0, 0, 0], "TIFF" },
        { [.. "MM\0*"u8, 0, 0, 0, 8], "TIFF" },
        { [.. "II+\0"u8, 8, 0, 0, 0], "TIFF" },
        { [.. "II*\0"u8, 16, 0, 0, 0, .. "CR\u0002\0"u8], "raw picture" },
        { [.. "FUJIFILMCCD-RAW 0201"u8], "raw picture" },
        { [.. "IIU\0"u8, 24, 0], "raw picture" },
        { [.. "IIRO"u8, 8, 0], "raw picture" },
        { [.. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0], "BMP" },
        { [0xFF, 0x0A, 1, 2], "JPEG XL" },
        { [0, 0, 0, 12, .. "JXL \r\n"u8, 0x87, 10], "JPEG XL" },
        { [0, 0, 0, 12, .. "jP  \r\n"u8, 0x87, 10], "JPEG 2000" },
        { [.. "8BPS"u8, 0, 1], "PSD" },
        { [.. "%PDF-1.7\n"u8], "PDF" },
        { [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8], "SVG" },
        { [.. "\uFEFF<?xml version=\"1.0\"?>\n<!-- drawn -->\n<SVG"u8], "SVG" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void AFormatThatIsNotRead_IsCalledByItsName(byte[] bytes, string name)
    {
        var message = Message(bytes);
        Assert.Contains(name, message);
        Assert.Contains("save it as JPEG, PNG or WebP", message);
    }

    [Fact]
    public void APointerOfGitLfs_IsCalledThat() =>
        Assert.Contains("Git LFS", Message([.. "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"u8]));

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>not found</body></html>")]
    [InlineData("\uFEFF\r\n  <HTML lang=\"de\">")]
    [InlineData("<!doctype html><title>a logo</title><svg></svg>")]
    public void AWebPage_IsCalledThat(string text) => Assert.Contains("HTML", Message(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("BMW is a car, and not a picture")]
    [InlineData("an entry of a diary on svg, html and git-lfs")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>")]
    [InlineData("RIFF1234WAVEfmt ")]
    public void AnythingElse_IsOnlyNoPicture(string text) =>
        Assert.Contains("is not a JPEG, PNG or WebP picture", Message(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void AnEmptyFile_IsCalledEmpty() => Assert.Contains("is empty", Message([]));

    static string Message(byte[] bytes)
    {
        var message = Assert.Throws<ImageException>(() => ImageReader.Decode(bytes, "wild.png")).Message;
        Assert.StartsWith("'wild.png' is ", message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain('\n', message);
        Assert.Throws<ImageException>(() => ImageReader.DecodeGray(bytes, "wild.png"));
        return message;
    }
}
