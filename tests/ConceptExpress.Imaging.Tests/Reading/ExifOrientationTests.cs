using System.Buffers.Binary;

namespace ConceptExpress.Imaging.Tests;

public sealed class ExifOrientationTests
{
    // The stored picture has the blocks  A B C / D E F; the shown one is written row by row.
    public static TheoryData<int, string> ShownAs => new()
    {
        { 1, "ABC/DEF" },
        { 2, "CBA/FED" },
        { 3, "FED/CBA" },
        { 4, "DEF/ABC" },
        { 5, "AD/BE/CF" },
        { 6, "DA/EB/FC" },
        { 7, "FC/EB/DA" },
        { 8, "CF/BE/AD" },
    };

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void JpegOrientation_TurnsThePictureUpright(int orientation, string shown) =>
        Assert.Equal(shown, Describe(ImageReader.Decode(Jpeg(orientation), "turned.jpg"), block: 8));

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void PngOrientation_TurnsThePictureUpright(int orientation, string shown)
    {
        Assert.Equal(shown, Describe(ImageReader.Decode(Png(ExifBlock.Orientation(orientation)), "turned.png"), block: 1));
        Assert.Equal(shown, Describe(ImageReader.Decode(Png(ExifBlock.BigEndianOrientation(orientation)), "turned.png"), block: 1));
    }

    [Fact]
    public void DamagedPngOrientation_LeavesThePictureAsStored()
    {
        var whole = ExifBlock.Orientation(6);
        for (var length = 0; length < 22; length++) // the entry is complete at 22 bytes
            Assert.Equal("ABC/DEF", Describe(ImageReader.Decode(Png(whole[..length]), "cut.png"), block: 1));
        whole[4] = 0xFF; // the directory lies outside
        Assert.Equal("ABC/DEF", Describe(ImageReader.Decode(Png(whole), "damaged.png"), block: 1));
    }

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void WebpOrientation_TurnsThePictureUpright(int orientation, string shown) =>
        Assert.Equal(shown, Describe(ImageReader.Decode(Webp(orientation), "turned.webp"), block: 1));

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void MaskOrientation_FollowsThePictures(int orientation, string shown)
    {
        var mask = ImageReader.DecodeGray(Jpeg(orientation), "mask.jpg");
        var picture = ImageReader.Decode(Jpeg(orientation), "turned.jpg");
        Assert.Equal(shown.IndexOf('/') * 8, mask.Width);
        Assert.Equal(picture[0, 0].Red, mask[0, 0]);
        Assert.Equal(picture[mask.Width - 1, 0].Red, mask[mask.Width - 1, 0]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void IgnoredOrientation_LeavesThePictureAsStored(int orientation)
    {
        var options = new ImageReadOptions { Exif = Exif.Ignore };
        Assert.Equal("ABC/DEF", Describe(ImageReader.Decode(Jpeg(orientation), "turned.jpg", options), block: 8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void UnknownOrientation_LeavesThePictureAsStored(int orientation) =>
        Assert.Equal("ABC/DEF", Describe(ImageReader.Decode(Jpeg(orientation), "turned.jpg"), block: 8));

    static byte[] Jpeg(int orientation) =>
        new JpegFile(3, 2, 1, null) { Segments = [(0xE1, [.. "Exif\0\0"u8, .. ExifBlock.Orientation(orientation)])] }
            .With((column, row) => [(byte)('A' + 3 * row + column)]);

    static byte[] Png(byte[] exif) =>
        new PngFile(3, 2, PngColor.Gray) { Chunks = [("eXIf", exif)] }.With("ABC"u8.ToArray(), "DEF"u8.ToArray());

    // VP8X announces the EXIF chunk (flag 8) and the size less one; the pixels are the lossless chunk that SkiaSharp writes.
    static byte[] Webp(int orientation)
    {
        var plain = SkiaFile.LosslessWebp(3, 2, [.. "ABCDEF"u8.ToArray().SelectMany(value => (byte[])[value, value, value, 255])]);
        var pixels = plain.AsSpan(plain.AsSpan().IndexOf("VP8L"u8));
        pixels = pixels[..(8 + (BinaryPrimitives.ReadInt32LittleEndian(pixels[4..]) + 1) / 2 * 2)];
        var exif = ExifBlock.Orientation(orientation);
        byte[] body =
        [
            .. "WEBPVP8X"u8, .. LittleEndian(10), 8, 0, 0, 0, 2, 0, 0, 1, 0, 0,
            .. pixels,
            .. "EXIF"u8, .. LittleEndian(exif.Length), .. exif,
        ];
        return [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];
    }

    static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    static string Describe(RgbImage image, int block) =>
        string.Join('/', Enumerable.Range(0, image.Height / block).Select(y =>
            string.Concat(Enumerable.Range(0, image.Width / block).Select(x => (char)image[x * block, y * block].Red))));
}
