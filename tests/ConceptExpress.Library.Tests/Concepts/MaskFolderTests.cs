using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Drawing;
using ConceptExpress.Library.Tests.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

public sealed class MaskFolderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("mask")]
    [InlineData("asset")]
    public void Masks_ComeInOrderOfTheirNumbers(string name)
    {
        foreach (var number in new[] { 10, 2, 0, 1, 123456 }) Write($"{name}{number}.png", left: number % 7);
        Assert.Equal([0, 1, 2, 10 % 7, 123456 % 7], MaskFolder.ReadAll(temp.Path).Select(LeftOf));
    }

    [Theory]
    [InlineData("mask.png")]
    [InlineData("mask0.PNG.txt")]
    [InlineData("mask1a.png")]
    [InlineData("mask-1.png")]
    [InlineData("mask1234567.png")]
    [InlineData("mask99999999999999999999.png")]
    [InlineData("xmask1.png")]
    [InlineData("Mark1.png")]
    [InlineData("mask1.png.png")]
    [InlineData("mask1.png\n.png")]
    [InlineData("mask٣.png")] // Arabic-Indic
    [InlineData("mask１.png")] // of full width
    [InlineData("mask²ॠ.png")]
    public void OtherFiles_ArePassedOver(string name)
    {
        temp.Fill(name); // which is no picture
        Write("mask0.png");
        Assert.Single(MaskFolder.ReadAll(temp.Path));
    }

    [Fact]
    public void Folder_WithoutMasks_IsEmpty_ButNotForAPicture()
    {
        temp.Fill("notes.txt");
        Assert.Empty(MaskFolder.ReadAll(temp.Path));
        AssertRefused(temp.Path, "mask0.png");
        AssertRefused(temp["absent"], "absent");
        AssertRefused(temp["notes.txt"], "notes.txt");
    }

    [Fact]
    public void MasksOfResults_AreReadBack()
    {
        Folders.Extract(temp["out"]);
        var read = MaskFolder.ReadFor(temp["out/masks"], new PixelSize { Width = 40, Height = 30 });
        var manifest = ConceptFolder.ReadManifest(temp["out"]);
        Assert.Equal(manifest.Concepts.Select(concept => concept.Coverage!.Value), read.Select(mask => mask.Coverage));
    }

    [Theory]
    [InlineData(40, 30)]
    [InlineData(80, 60)]
    [InlineData(20, 15)]
    [InlineData(41, 30)]
    [InlineData(401, 300)]
    [InlineData(3, 2)]
    public void PictureOfTheSameProportions_TakesTheMasks(int width, int height)
    {
        Write("mask0.png");
        Assert.Single(MaskFolder.ReadFor(temp.Path, new PixelSize { Width = width, Height = height }));
    }

    [Theory]
    [InlineData(30, 40)] // turned
    [InlineData(60, 80)]
    [InlineData(40, 40)]
    [InlineData(42, 30)]
    [InlineData(40, 28)]
    [InlineData(4000, 2000)]
    [InlineData(4, 1)]
    public void PictureOfOtherProportions_IsRefused_EitherWay(int width, int height)
    {
        Write("mask0.png");
        var refusal = Assert.Throws<ImageException>(() => MaskFolder.ReadFor(temp.Path, new PixelSize { Width = width, Height = height }));
        Assert.Contains("40x30", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{width}x{height}", refusal.Message, StringComparison.Ordinal);
        var picture = Pictures.Square(width, height, 0, 0, 1);
        Assert.Throws<ImageException>(
            () => MaskFolder.RequireProportions(picture, new PixelSize { Width = 40, Height = 30 }, "the mask has"));
    }

    [Fact]
    public void EmptyMask_IsRefusedByItsName()
    {
        Write("mask0.png");
        PngFile.Write(temp["mask1.png"], new Mask(new PixelSize { Width = 40, Height = 30 }, new bool[1200]));
        AssertRefused(temp.Path, "mask1.png");
    }

    [Fact]
    public void SomethingElse_IsRefusedByItsName()
    {
        temp.Fill("mask1.png");
        AssertRefused(temp.Path, "mask1.png");
    }

    [Fact]
    public void MasksOfDifferentSizes_AreRefused()
    {
        Write("mask0.png");
        PngFile.Write(temp["mask1.png"], Pictures.Square(80, 60, 0, 0, 9));
        AssertRefused(temp.Path, "differ in size");
    }

    static void AssertRefused(string folder, string named)
    {
        var refusal = Assert.Throws<ImageException>(() => MaskFolder.ReadFor(folder, new PixelSize { Width = 40, Height = 30 }));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    void Write(string name, int left = 5) => PngFile.Write(temp[name], Pictures.Square(40, 30, left, 5, 10));

    static int LeftOf(Mask mask) => mask.Pixels.IndexOf(true) % mask.Width;

    public void Dispose() => temp.Dispose();
}
