using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

/// <summary>Metadata that are damaged, or made to do harm, say nothing, and cost little.</summary>
public sealed class HostileMetadataTests
{
    static readonly byte[] exif = ExifBlock.Orientation(6);

    [Theory]
    [InlineData(2)] // ASCII
    [InlineData(5)] // RATIONAL: an offset, not a value
    [InlineData(0xFFFF)]
    public void AnEntryOfAnotherType_SaysNothing(int type) => AssertUpright(ExifBlock.Entry(type, 6, littleEndian: true));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void AnEntryOfOtherCount_SaysNothing(int count) => AssertUpright(ExifBlock.Entry(ExifBlock.Short, 6, true, count: count));

    [Theory]
    [InlineData(ExifBlock.Long, 0x10006)] // would be 6 if its half were read
    [InlineData(ExifBlock.Long, -1)]
    [InlineData(ExifBlock.Short, 0x0106)]
    public void AValueBeyondEight_SaysNothing(int type, int value) => AssertUpright(ExifBlock.Entry(type, value, littleEndian: true));

    [Fact]
    public void ADirectoryThatPointsAtItselfOrBeyond_SaysNothing()
    {
        for (var at = 0; at < 4; at++)
            foreach (var value in new byte[] { 0, 4, 255 })
            {
                var damaged = (byte[])exif.Clone();
                damaged[4 + at] = value;
                if (!damaged.AsSpan().SequenceEqual(exif)) AssertUpright(damaged);
            }
        AssertUpright([.. "II*\0"u8, 8, 0, 0, 0, 255, 255, .. Enumerable.Repeat((byte)8, 12 * 3)]); // more entries than there are
    }

    [Fact]
    public void DataCutAnywhere_SayNothing()
    {
        for (var length = 0; length < 22; length++) AssertUpright(exif[..length]);
    }

    [Fact]
    public void DamagedXmp_SaysNothing()
    {
        const string bomb = """<!DOCTYPE a [<!ENTITY b "6666666666"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>""";
        string[] packets = ["", "<", Metadata.XmpAttribute("6")[..150], Metadata.XmpAttribute("0"), Metadata.XmpAttribute("six"),
            Metadata.XmpElement("9"),
            Metadata.XmpElement("<b>6</b>"), bomb + Metadata.XmpElement("6"), string.Concat(Enumerable.Repeat("<a>", 10_000)),
            "<?xml version='1.0' encoding='no-such'?><a/>"];
        Assert.All(packets, packet =>
        {
            Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Jpeg(Metadata.XmpSegment(packet))));
            Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Png(Metadata.InternationalText(packet, compressed: true))));
            Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Webp(("XMP ", Metadata.XmpSegment(packet)[29..]))));
        });
    }

    [Fact]
    public void DamagedProfiles_SayNothing()
    {
        byte[] keyword = [.. "Raw profile type exif\0"u8];
        (string, byte[])[] chunks =
        [
            ("zTXt", keyword), ("zTXt", [.. keyword, 0]), ("zTXt", [.. keyword, 1, .. PngFile.Zlib(exif)]),
            ("zTXt", [.. keyword, 0, 0x78, 0x9C, 255, 255]),
            ("zTXt", [.. keyword, 0, 0x78, 0x20, 0, 0, 0, 1, 1, 2, 3]), // needs a dictionary
            ("tEXt", keyword), ("tEXt", [.. keyword, .. "\nexif\n"u8]), ("tEXt", [.. keyword, .. "\nexif\n 9\nzz"u8]),
            ("tEXt", [.. "no end"u8]),
            ("iTXt", [.. "XML:com.adobe.xmp\0"u8]), ("iTXt", [.. "XML:com.adobe.xmp\0"u8, 1, 0, 0, 0, 1, 2, 3]), ("eXIf", []),
        ];
        Assert.All(chunks, chunk => Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Png(chunk))));
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Png([.. chunks, ("eXIf", exif)]))); // and stand in no way
    }

    [Fact]
    public void AZlibBomb_IsNotUnpacked_HoweverManyThereAre()
    {
        var bomb = PngFile.Zlib(new byte[60_000_000]); // 60 KB
        byte[] profile = [.. "Raw profile type exif\0\0"u8, .. bomb];
        byte[] xmp = [.. "XML:com.adobe.xmp\0"u8, 1, 0, 0, 0, .. bomb];
        var file = BlockPicture.Png([.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? ("zTXt", profile) : ("iTXt", xmp))]);
        Assert.Equal("ABC/DEF", BlockPicture.Shown(file)); // not counted: everything is compiled here
        var before = GC.GetAllocatedBytesForCurrentThread();
        StoredOrientation.Of(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000); // 16 blocks of at most a few MB
    }

    [Fact]
    public void ManyBlocks_AreNotAllRead()
    {
        byte[][] segments = [.. Enumerable.Repeat(Metadata.Prefixed(ExifBlock.Orientation(0)), 100), Metadata.Prefixed(exif)];
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Jpeg(segments)));
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Jpeg(segments[96..]))); // as few as a file may have, with other segments
        var other = Enumerable.Repeat((byte[])[.. "http://ns.adobe.com/xmp/extension/\0"u8], 100);
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Jpeg([.. other, Metadata.Prefixed(exif)])));
    }

    [Fact]
    public void LengthsBeyondTheEnd_SayNothing()
    {
        var webp = BlockPicture.Webp(("EXIF", exif));
        webp[webp.AsSpan().IndexOf("EXIF"u8) + 7] = 0xFF;
        Assert.Equal(SkiaSharp.SKEncodedOrigin.TopLeft, StoredOrientation.Of(webp));
        var jpeg = BlockPicture.Jpeg(Metadata.Prefixed(exif));
        jpeg[4] = 0xFF;
        Assert.Equal(SkiaSharp.SKEncodedOrigin.TopLeft, StoredOrientation.Of(jpeg));
        var png = BlockPicture.Png(("eXIf", exif));
        png[png.AsSpan().IndexOf("eXIf"u8) - 4] = 0xFF;
        Assert.Equal(SkiaSharp.SKEncodedOrigin.TopLeft, StoredOrientation.Of(png));
    }

    [Property(MaxTest = 500)]
    public void ArbitraryBytes_AreNoFailure(byte[] tail, byte kind)
    {
        byte[][] starts = [[0xFF, 0xD8, 0xFF, 0xE1, 0, 40], [.. "RIFF\0\0\0\0WEBPEXIF"u8], [.. "RIFF\0\0\0\0WEBPXMP \u0010\0\0\0"u8],
            new PngFile(1, 1, PngColor.Gray).Header(), [0xFF, 0xD8, 0xFF, 0xE1, 0, 40, .. "Exif\0\0II*\0"u8]];
        Assert.InRange((int)StoredOrientation.Of([.. starts[kind % starts.Length], .. tail]), 1, 8);
    }

    static void AssertUpright(byte[] tiff)
    {
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Jpeg(Metadata.Prefixed(tiff))));
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Png(("eXIf", tiff))));
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Webp(("EXIF", tiff))));
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Png(Metadata.RawProfile("exif", tiff, compressed: true))));
    }
}
