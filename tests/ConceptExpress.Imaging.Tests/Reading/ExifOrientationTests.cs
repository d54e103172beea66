namespace ConceptExpress.Imaging.Tests;

public sealed class ExifOrientationTests
{
    public static TheoryData<int, string> ShownAs => BlockPicture.ShownAs;

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void JpegOrientation_TurnsThePictureUpright(int orientation, string shown) =>
        Assert.Equal(shown, BlockPicture.Shown(Jpeg(orientation)));

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void PngOrientation_TurnsThePictureUpright(int orientation, string shown)
    {
        Assert.Equal(shown, BlockPicture.Shown(Png(ExifBlock.Orientation(orientation))));
        Assert.Equal(shown, BlockPicture.Shown(Png(ExifBlock.BigEndianOrientation(orientation))));
    }

    [Fact]
    public void DamagedPngOrientation_LeavesThePictureAsStored()
    {
        var whole = ExifBlock.Orientation(6);
        for (var length = 0; length < 22; length++) // the entry is complete at 22 bytes
            Assert.Equal("ABC/DEF", BlockPicture.Shown(Png(whole[..length])));
        whole[4] = 0xFF; // the directory lies outside
        Assert.Equal("ABC/DEF", BlockPicture.Shown(Png(whole)));
    }

    [Theory]
    [MemberData(nameof(ShownAs))]
    public void WebpOrientation_TurnsThePictureUpright(int orientation, string shown) =>
        Assert.Equal(shown, BlockPicture.Shown(BlockPicture.Webp(("EXIF", ExifBlock.Orientation(orientation)))));

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
        var image = ImageReader.Decode(Jpeg(orientation), "turned.jpg", options);
        Assert.Equal("ABCDEF", string.Concat(Enumerable.Range(0, 6).Select(i => (char)image[8 * (i % 3), 8 * (i / 3)].Red)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void UnknownOrientation_LeavesThePictureAsStored(int orientation) =>
        Assert.Equal("ABC/DEF", BlockPicture.Shown(Jpeg(orientation)));

    static byte[] Jpeg(int orientation) => BlockPicture.Jpeg(Metadata.Prefixed(ExifBlock.Orientation(orientation)));

    static byte[] Png(byte[] exif) => BlockPicture.Png(("eXIf", exif));
}
