using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>Pictures and masks of unusual sizes, through the whole program.</summary>
public sealed class OddPictureTests : IDisposable
{
    static readonly string[] Short = ["--resolution", "64", "--threads", "2", "--steps", "1", "--previews", "0", "--preset", "paper",
        "--split-tokens", "1"];

    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData(160, 90)]
    [InlineData(90, 160)]
    public void APictureThatIsNotSquare_GoesThroughAWholeExtraction(int width, int height)
    {
        var size = new PixelSize { Width = width, Height = height };
        PngFile.Write(temp["wide.png"], ImageResizer.Resize(ImageReader.Read(Cli.Sample), size, ResizeFilter.Bilinear));
        var outcome = Cli.Run(["extract", temp["wide.png"], "--output", temp["out"], .. Short]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var manifest = ConceptFolder.ReadManifest(temp["out"]);
        Assert.Equal((width, height), (manifest.Image!.Width, manifest.Image.Height));
        Assert.Equal(size, ImageReader.Read(temp["out/overlay.png"]).Size);
        Assert.All(manifest.Concepts, concept => Assert.Equal(size, ImageReader.ReadMask(temp[$"out/{concept.Mask}"]).Size));
    }

    [Fact]
    public void MasksThatAreGiven_StayWhereTheyWereDrawn_AtAnyScale()
    {
        PngFile.Write(temp["wide.png"],
            ImageResizer.Resize(ImageReader.Read(Cli.Sample), new PixelSize { Width = 128, Height = 64 }, ResizeFilter.Bilinear));
        Directory.CreateDirectory(temp["masks"]);
        // The upper left quarter, at a quarter of the picture's scale.
        PngFile.Write(temp["masks/mask0.png"],
            new Mask(new PixelSize { Width = 32, Height = 16 }, [.. Enumerable.Range(0, 512).Select(i => i % 32 < 16 && i / 32 < 8)]));
        var outcome = Cli.Run(["extract", temp["wide.png"], "--masks", temp["masks"], "--output", temp["out"], .. Short]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var mask = ImageReader.ReadMask(temp["out/masks/asset0.png"]);
        Assert.Equal((true, false, false, 0.25), (mask[10, 10], mask[100, 10], mask[10, 50], mask.Coverage));
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(16, 16)]
    public void MasksOfOtherProportions_AreRefused_BeforeTheWork(int width, int height)
    {
        PngFile.Write(temp["wide.png"],
            ImageResizer.Resize(ImageReader.Read(Cli.Sample), new PixelSize { Width = 128, Height = 64 }, ResizeFilter.Bilinear));
        Directory.CreateDirectory(temp["masks"]);
        PngFile.Write(temp["masks/mask0.png"],
            new Mask(new PixelSize { Width = width, Height = height }, [.. Enumerable.Repeat(true, width * height)]));
        var outcome = Cli.Run(["extract", temp["wide.png"], "--masks", temp["masks"], "--output", temp["out"], .. Short]);
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains("proportions", outcome.Error);
        Assert.DoesNotContain("Load", outcome.Error);
    }

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(20_000, 1)]
    public void AVeryLongPicture_IsNoFailure(int width, int height)
    {
        var size = new PixelSize { Width = width, Height = height };
        PngFile.Write(temp["long.png"], new RgbImage(size, [.. Enumerable.Range(0, 60_000).Select(i => (byte)(i / 3 % 256))]));
        var outcome = Cli.Run("localize", temp["long.png"], "--output", temp["out"], "--threads", "2");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
    }

    [Fact]
    public void MoreTokensThanTheVocabularyHasWords_AreRefused()
    {
        Directory.CreateDirectory(temp["masks"]);
        for (var i = 0; i < 50; i++)
        {
            var one = i;
            PngFile.Write(temp[$"masks/mask{i}.png"],
                new Mask(PixelSize.Square(24), [.. Enumerable.Range(0, 576).Select(cell => cell / 11 == one)]));
        }
        var outcome = Cli.Run("extract", Cli.Sample, "--masks", temp["masks"], "--output", temp["out"], "--preset", "paper",
            "--split-tokens", "20", "--threads", "2");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("1000 rows", outcome.Error);
    }

    public void Dispose() => temp.Dispose();
}
