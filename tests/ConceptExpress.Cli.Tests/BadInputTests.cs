using System.Buffers.Binary;
using System.IO.Hashing;
using ConceptExpress.Testing;
using SkiaSharp;

namespace ConceptExpress.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("extract")]
    [InlineData("localize")]
    public void MissingPicture_IsRefused(string command) => AssertRefused(ExitCodes.Input, command, temp["absent.png"]);

    [Theory]
    [InlineData("extract")]
    [InlineData("localize")]
    public void TextNamedPng_IsRefused(string command)
    {
        File.WriteAllText(temp["text.png"], "This is no picture.");
        AssertRefused(ExitCodes.Input, command, temp["text.png"]);
    }

    [Fact]
    public void EmptyFile_IsRefused()
    {
        File.WriteAllText(temp["empty.png"], "");
        AssertRefused(ExitCodes.Input, "extract", temp["empty.png"]);
    }

    [Fact]
    public void Folder_IsNoPicture() => AssertRefused(ExitCodes.Input, "extract", temp.Path);

    [Fact]
    public void TruncatedJpeg_IsRefused()
    {
        using var bitmap = SKBitmap.Decode(Cli.Sample);
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        File.WriteAllBytes(temp["cut.jpg"], jpeg.ToArray()[..(int)(jpeg.Size / 2)]);
        AssertRefused(ExitCodes.Input, "extract", temp["cut.jpg"]);
    }

    [Fact]
    public void GiganticPng_IsRefusedByItsHeader()
    {
        var ihdr = new byte[17];
        "IHDR"u8.CopyTo(ihdr);
        BinaryPrimitives.WriteInt32BigEndian(ihdr.AsSpan(4), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(ihdr.AsSpan(8), 30_000);
        (ihdr[12], ihdr[13]) = (8, 2);
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(ihdr));
        File.WriteAllBytes(temp["huge.png"], [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. ihdr, .. crc]);
        AssertRefused(ExitCodes.Input, "extract", temp["huge.png"]);
    }

    [Theory]
    [InlineData("out/below")]
    [InlineData("out")]
    public void OutputAtOrBelowAFile_IsRefused_BeforeThePictureIsRead(string output)
    {
        File.WriteAllText(temp["out"], "a file");
        Cli.AssertFailed(ExitCodes.Resources, Cli.Run("extract", temp["absent.png"], "--output", temp[output]));
        Assert.Equal("a file", File.ReadAllText(temp["out"]));
    }

    [Theory]
    [InlineData("extract")]
    [InlineData("localize")]
    public void OccupiedOutput_IsRefused_WithoutForce(string command)
    {
        Directory.CreateDirectory(temp["out"]);
        File.WriteAllText(temp["out/mine.txt"], "mine");
        var outcome = Cli.Run(command, Cli.Sample, "--output", temp["out"]);
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("--force", outcome.Error);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(temp["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void MissingConceptFolder_IsRefused()
    {
        Cli.AssertFailed(ExitCodes.Input, Cli.Run("generate", "--concepts", temp["absent"], "--prompt", "x", "--output", temp["out"]));
        Assert.False(Directory.Exists(temp["out"]));
    }

    [Fact]
    public void Cancelled_LeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var outcome = Cli.Run(stop.Token, "extract", Cli.Sample, "--output", temp["out"]);
        Assert.Equal((ExitCodes.Cancelled, ""), (outcome.Code, outcome.Output));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    void AssertRefused(int code, string command, string image)
    {
        var outcome = Cli.Run(command, image, "--output", temp["out"]);
        Cli.AssertFailed(code, outcome);
        Assert.Contains(Path.GetFileName(image), outcome.Error);
        Assert.False(Directory.Exists(temp["out"]));
    }

    public void Dispose() => temp.Dispose();
}
