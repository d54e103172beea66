using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

public sealed class PngTextTests
{
    static readonly RgbImage Pixel = new(PixelSize.Square(1), [1, 2, 3]);

    [Property]
    public void Text_ReadsBackAsWritten(NonNull<string> value)
    {
        var text = new string([.. value.Get.Where(c => c != '\0' && !char.IsSurrogate(c))]);
        Assert.Equal(text, PngText.Read(PngWriterTests.Write(Pixel, new Dictionary<string, string> { ["prompt"] = text }))["prompt"]);
    }

    [Theory]
    [InlineData("a photo of <asset0>\nline two", "tEXt")]
    [InlineData("", "tEXt")]
    [InlineData("Größe 5 µm", "tEXt")]
    [InlineData("猫 and 🐈", "iTXt")]
    [InlineData("tab\tand bell\a", "iTXt")]
    public void Text_TakesTheSimplestChunkThatHoldsIt(string text, string chunk)
    {
        var file = PngWriterTests.Write(Pixel, new Dictionary<string, string> { ["Comment"] = text });
        Assert.Equal(text, PngText.Read(file)["Comment"]);
        Assert.Contains(chunk, System.Text.Encoding.Latin1.GetString(file));
    }

    [Fact]
    public void Texts_DoNotDisturbThePicture()
    {
        var file = PngWriterTests.Write(Pixel, new Dictionary<string, string> { ["a"] = "b", ["c"] = "猫" });
        Assert.Equal([1, 2, 3], ImageReader.Decode(file, "text.png").Pixels.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" leading")]
    [InlineData("trailing ")]
    [InlineData("two  spaces")]
    [InlineData("line\nbreak")]
    [InlineData("nul\0")]
    [InlineData("猫")]
    [InlineData("no\u00A0break")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public void BadKeyword_IsRefused(string keyword) =>
        Assert.Throws<ArgumentException>(() => PngWriterTests.Write(Pixel, new Dictionary<string, string> { [keyword] = "x" }));

    [Fact]
    public void BadText_IsRefused()
    {
        foreach (var text in new[] { "nul\0inside", "half a pair \uD83D" })
            Assert.Throws<ArgumentException>(() => PngWriterTests.Write(Pixel, new Dictionary<string, string> { ["prompt"] = text }));
    }

    [Fact]
    public void Read_OfForeignChunks_KeepsTheFirstOfAKeywordAndPassesOverCompressed()
    {
        var file = new PngFile(1, 1, PngColor.Gray)
        {
            Chunks =
            [
                ("tEXt", [.. "who\0first"u8]),
                ("tEXt", [.. "who\0second"u8]),
                ("iTXt", [.. "packed\0"u8, 1, 0, 0, 0, .. PngFile.Zlib([.. "text"u8])]),
                ("iTXt", [.. "title\0"u8, 0, 0, .. "en\0"u8, .. "Titel\0"u8, .. "über"u8]),
                ("tEXt", [.. "no separator"u8]),
            ],
        }.With([0]);
        Assert.Equal(new Dictionary<string, string> { ["who"] = "first", ["title"] = "über" }, PngText.Read(file));
    }

    [Fact]
    public void Read_OfWhatIsNoWholePng_IsRefused()
    {
        var file = PngWriterTests.Write(Pixel, new Dictionary<string, string> { ["prompt"] = "a" });
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<ImageException>(() => PngText.Read(file.AsSpan(0, length)));
    }
}
