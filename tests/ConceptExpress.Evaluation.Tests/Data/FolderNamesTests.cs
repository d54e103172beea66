using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;
using SkiaSharp;

namespace ConceptExpress.Evaluation.Tests.Data;

/// <summary>Names of files in data sets, as cameras, other systems and people write them.</summary>
public sealed class FolderNamesTests : IDisposable
{
    static readonly PixelSize size = new() { Width = 4, Height = 2 };

    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("img.png")]
    [InlineData("img.PNG")]
    [InlineData("IMG.JPG")]
    [InlineData("img.JPEG")]
    [InlineData("img.webp")]
    [InlineData("Img.WebP")]
    public void APicture_IsFoundWhateverItsCase(string name)
    {
        Picture("a", name);
        Assert.Equal(size, Only().Image.Size);
    }

    [Fact]
    public void Masks_AreFoundWhateverTheirCase_InOrderOfTheirNumbers()
    {
        Picture("a", "img.PNG");
        Mask("MASK1.png", 3);
        Mask("Mask0.PNG", 1);
        Mask("mask10.png", 2);
        Mask("mask2.Png", 4);
        Assert.Equal([1, 3, 4, 2], Only().Masks.Select(mask => mask.Area));
    }

    [Fact]
    public void PicturesThatDifferOnlyInCase_AreRefusedByTheirNames()
    {
        Picture("a", "img.png");
        Picture("a", "IMG.png");
        Assert.SkipWhen(Directory.GetFiles(temp["a"]).Length < 2, "this file system knows no case");
        var message = Assert.Throws<DataSetException>(() => new FolderData(temp.Path)).Message;
        Assert.Contains("both IMG.png and img.png", message);
        Assert.Contains(temp["a"], message);
    }

    [Fact]
    public void MasksThatDifferOnlyInCase_AreRefusedByTheirNames()
    {
        Picture("a", "img.png");
        Mask("mask0.png", 1);
        Mask("mask0.PNG", 2);
        Assert.SkipWhen(Directory.GetFiles(temp["a"]).Length < 3, "this file system knows no case");
        Assert.Contains("both mask0.PNG and mask0.png", Assert.Throws<ImageException>(Only).Message);
    }

    [Fact]
    public void OfSeveralPictures_TheFirstKindCounts()
    {
        Picture("a", "img.webp");
        Picture("a", "img.JPG");
        Picture("a", "IMG.png", new PixelSize { Width = 9, Height = 9 });
        Assert.Equal(9, Only().Image.Width);
    }

    [Theory]
    [InlineData("сцена")]
    [InlineData("e\u0301te\u0301")]
    [InlineData("two\nlines")]
    public void FoldersOfAnyName_AreRead_AndMessagesStayOneLine(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.Contains('\n'), "Windows has no such names");
        Picture(name, "img.png");
        Assert.Equal(name, Only().Name);
        File.WriteAllText(temp[name + "/scene.json"], "dear");
        Assert.DoesNotContain(Assert.Throws<DataSetException>(Only).Message, char.IsControl);
        File.WriteAllText(temp[name + "/mask0.png"], "dear");
        Assert.DoesNotContain(Assert.Throws<ImageException>(Only).Message, char.IsControl);
    }

    [Fact]
    public void ACutPicture_BringsItsWarning()
    {
        Picture("a", "img.jpg");
        Assert.Empty(Only().Warnings);
        var bytes = File.ReadAllBytes(temp["a/img.jpg"]);
        File.WriteAllBytes(temp["a/img.jpg"], bytes[..^2]);
        Assert.Contains("img.jpg", Assert.Single(Only().Warnings));
    }

    EvaluationPicture Only() => new FolderData(temp.Path).Read(0, 32);

    void Picture(string folder, string name, PixelSize? other = null)
    {
        var format = Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".PNG" => SKEncodedImageFormat.Png,
            ".WEBP" => SKEncodedImageFormat.Webp,
            _ => SKEncodedImageFormat.Jpeg,
        };
        using var bitmap = new SKBitmap((other ?? size).Width, (other ?? size).Height);
        using var data = bitmap.Encode(format, 90);
        Directory.CreateDirectory(temp[folder]);
        File.WriteAllBytes(Path.Combine(temp[folder], name), data.ToArray());
    }

    void Mask(string name, int area) =>
        PngFile.Write(Path.Combine(temp["a"], name), new Mask(size, [.. Enumerable.Range(0, 8).Select(i => i < area)]));

    public void Dispose() => temp.Dispose();
}
