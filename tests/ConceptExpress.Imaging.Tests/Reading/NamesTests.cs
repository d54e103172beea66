using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Imaging.Tests;

/// <summary>Files are read whatever their names are, and messages stay one line.</summary>
public sealed class NamesTests : IDisposable
{
    static readonly byte[] picture = new PngFile(1, 1, PngColor.Gray).With([7]);

    readonly TemporaryFolder temp = new();
    readonly List<byte[]> written = [];

    [Theory]
    [InlineData("фото.png")]
    [InlineData("写真.jpg")]
    [InlineData("صورة.webp")]
    [InlineData("e\u0301te\u0301.png")] // combining marks
    [InlineData("\u00E9t\u00E9.png")] // the same letters, composed
    [InlineData("👩‍🎨🏽.png")]
    [InlineData(" img .png")]
    [InlineData("100%; $(x) 'q'.png")]
    [InlineData("-img.png")]
    public void AFile_IsReadByAnyName(string name)
    {
        File.WriteAllBytes(temp[name], picture);
        Assert.Equal((7, 7, 7), ImageReader.Read(temp[name])[0, 0]);
        File.WriteAllBytes(temp[name], "no picture"u8.ToArray());
        Assert.Contains($"'{temp[name]}'", Assert.Throws<ImageException>(() => ImageReader.Read(temp[name])).Message); // shown as it is
    }

    [Theory]
    [InlineData("two\nlines.png", "two\\u000Alines.png")]
    [InlineData("car\rriage\t.png", "car\\u000Driage\\u0009.png")]
    [InlineData("red\u001B[31m.png", "red\\u001B[31m.png")]
    [InlineData("next\u0085\u2028\u2029.png", "next\\u0085\\u2028\\u2029.png")]
    [InlineData("gnp.\u202Eexe", "gnp.\\u202Eexe")]
    public void ControlCharactersInNames_AreReadAndShownAsCodes(string name, string shown)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names");
        Assert.Contains(shown, Refusal(temp[name]));
        File.WriteAllBytes(temp[name], []);
        Assert.Contains(shown, Refusal(temp[name]));
        File.WriteAllBytes(temp[name], picture);
        Assert.Equal(7, ImageReader.Read(temp[name])[0, 0].Red);
        var jpeg = new JpegFile(1, 1, 1, null).With((_, _) => [9]);
        File.WriteAllBytes(temp[name], jpeg[..^2]);
        Assert.Contains(shown, Assert.Single(ImageReader.ReadWithDigest(temp[name]).Warnings));
    }

    [Fact]
    public void BytesThatAreNoUtf8_AreReadByTheNameThatIsShown()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has such names");
        if (!OperatingSystem.IsLinux()) return;
        WriteRaw([.. "caf"u8, 0xE9, .. ".png"u8], picture);
        var shown = Path.GetFileName(Assert.Single(Directory.GetFiles(temp.Path)));
        Assert.Contains('\uFFFD', shown); // so that this test can fail
        Assert.False(File.Exists(temp[shown]));
        Assert.Equal(7, ImageReader.Read(temp[shown])[0, 0].Red);
        Assert.Contains("no file", Refusal(temp["other\uFFFD.png"]));

        WriteRaw([.. "caf"u8, 0xE8, .. ".png"u8], picture);
        Assert.Contains("2 files", Refusal(temp[shown]));
    }

    [Fact]
    public void ANameThatHoldsTheReplacementItself_IsThatFile()
    {
        File.WriteAllBytes(temp["a\uFFFD.png"], picture);
        Assert.Equal(7, ImageReader.Read(temp["a\uFFFD.png"])[0, 0].Red);
    }

    static string Refusal(string path)
    {
        var message = Assert.Throws<ImageException>(() => ImageReader.Read(path)).Message;
        Assert.DoesNotContain(message, char.IsControl);
        return message;
    }

    [SupportedOSPlatform("linux")]
    void WriteRaw(byte[] name, byte[] content)
    {
        const int createToWrite = 0x41;
        byte[] path = [.. Encoding.UTF8.GetBytes(temp.Path), (byte)'/', .. name, 0];
        var descriptor = CreateFile(path, createToWrite, 0x180);
        Assert.SkipWhen(descriptor < 0, "this file system has no such names");
        written.Add(path);
        using var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write);
        file.Write(content);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int CreateFile(byte[] path, int flags, int mode);

    [DllImport("libc", EntryPoint = "unlink")]
    private static extern int RemoveFile(byte[] path);

    // .NET cannot remove a file by such a name.
    public void Dispose()
    {
        foreach (var path in written) _ = RemoveFile(path);
        temp.Dispose();
    }
}
