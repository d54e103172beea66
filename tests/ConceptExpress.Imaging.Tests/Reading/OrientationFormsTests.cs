namespace ConceptExpress.Imaging.Tests;

/// <summary>Wherever and however a file holds its orientation, it is read.</summary>
public sealed class OrientationFormsTests
{
    public static TheoryData<int, string> ShownAs => BlockPicture.ShownAs;

    // Every form of EXIF data: byte order, type, place of the directory, prefix.
    static IEnumerable<byte[]> ExifForms(int orientation) =>
        from littleEndian in new[] { true, false }
        from type in new[] { ExifBlock.Byte, ExifBlock.Short, ExifBlock.Long }
        from before in new[] { 0, 1, 500 }
        from prefixed in new[] { true, false }
        let tiff = ExifBlock.Entry(type, orientation, littleEndian, before)
        select prefixed ? Metadata.Prefixed(tiff) : tiff;

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void EveryFormOfExif_IsRead_InEveryContainer(int orientation, string shown) => Assert.All(ExifForms(orientation), exif =>
    {
        Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Jpeg(exif)));
        Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(("eXIf", exif))));
        Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Webp(("EXIF", exif))));
        foreach (var compressed in new[] { true, false })
        {
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(Metadata.RawProfile("exif", exif, compressed))));
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(Metadata.RawProfile("APP1", exif, compressed))));
        }
    });

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void EveryFormOfXmp_IsRead_InEveryContainer(int orientation, string shown)
    {
        string[] packets = [Metadata.XmpAttribute($"{orientation}"), Metadata.XmpAttribute($"{orientation}", "t"),
            Metadata.XmpElement($"{orientation}"), Metadata.XmpElement($"{orientation}") + new string('\0', 9)];
        Assert.All(packets, packet =>
        {
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Jpeg(Metadata.XmpSegment(packet))));
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Webp(("XMP ", Metadata.XmpSegment(packet)[29..]))));
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(Metadata.InternationalText(packet, compressed: false))));
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(Metadata.InternationalText(packet, compressed: true))));
            Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Png(Metadata.RawProfile("APP1", Metadata.XmpSegment(packet), true))));
        });
    }

    [Fact]
    public void Exif_WinsOverXmp_InAnyOrder()
    {
        var (exif, xmp) = (ExifBlock.Orientation(6), Metadata.XmpAttribute("3"));
        byte[][] segments = [Metadata.Prefixed(exif), Metadata.XmpSegment(xmp)];
        (string, byte[])[] png =
            [("eXIf", exif), Metadata.InternationalText(xmp, true), Metadata.RawProfile("exif", ExifBlock.Orientation(8), true)];
        (string, byte[])[] webp = [("EXIF", exif), ("XMP ", Metadata.XmpSegment(xmp)[29..])];
        byte[][] files =
        [
            BlockPicture.Jpeg(segments), BlockPicture.Jpeg([.. segments.Reverse()]),
            BlockPicture.Png(png), BlockPicture.Png([.. png.Reverse()]),
            BlockPicture.Webp(webp), BlockPicture.Webp([.. webp.Reverse()]),
        ];
        Assert.All(files, file => Assert.Equal("DA/EB/FC", BlockPicture.Shown(file)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Xmp_CountsIfExifSaysNothing(int nothing)
    {
        var (exif, xmp) = (ExifBlock.Orientation(nothing), Metadata.XmpElement("6"));
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Jpeg(Metadata.Prefixed(exif), Metadata.XmpSegment(xmp))));
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Png(("eXIf", exif), Metadata.InternationalText(xmp, false))));
        Assert.Equal("DA/EB/FC", BlockPicture.Shown(BlockPicture.Webp(("EXIF", exif), ("XMP ", Metadata.XmpSegment(xmp)[29..]))));
    }

    [Fact]
    public void ASkiaJpeg_WithASegmentInserted_IsTurned()
    {
        var plain = SkiaFile.Encode(RandomImages.Flat(30, 10, (9, 99, 199)), SkiaSharp.SKEncodedImageFormat.Jpeg);
        var data = Metadata.Prefixed(ExifBlock.BigEndianOrientation(8));
        byte[] turned = [.. plain[..2], 0xFF, 0xE1, 0, (byte)(data.Length + 2), .. data, .. plain[2..]];
        Assert.Equal(new PixelSize { Width = 10, Height = 30 }, ImageReader.Decode(turned, "turned.jpg").Size);
    }

    [Fact]
    public void OrientationOfAnotherPicture_DoesNotCount()
    {
        const string deeper = """
            <rdf:Description rdf:about="" xmlns:m="urn:m"><m:Ingredient rdf:parseType="Resource">
            <rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6">
            <tiff:Orientation>6</tiff:Orientation></rdf:Description>
            </m:Ingredient></rdf:Description>
            """;
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Jpeg(Metadata.XmpSegment(Metadata.Packet(deeper)))));
        var otherNames = Metadata.XmpAttribute("6").Replace("tiff/1.0/", "tiff/2.0/", StringComparison.Ordinal);
        Assert.Equal("ABC/DEF", BlockPicture.Shown(BlockPicture.Jpeg(Metadata.XmpSegment(otherNames))));
    }
}
