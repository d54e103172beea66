using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Evaluation.Tests.Data;

public sealed class EvaluationDataTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("evaluation-data").FullName;

    [Theory]
    [InlineData("toybox:3", 3, "normal-8000000000")]
    [InlineData("toybox:2@17", 2, "normal-17")]
    [InlineData("toybox:1@17:hard", 1, "hard-17")]
    [InlineData("toybox:1:easy", 1, "easy-8000000000")]
    public void Toyboxes_AreNamedByCountSeedAndDifficulty(string name, int count, string first)
    {
        var data = EvaluationData.Open(name);
        var picture = data.Read(0, 64);
        Assert.Equal((count, first, 64), (data.Count, picture.Name, picture.Image.Width));
        Assert.Equal(picture.Toys!.Count, picture.Masks.Count);
    }

    [Theory]
    [InlineData("toybox:")]
    [InlineData("toybox:0")]
    [InlineData("toybox:many")]
    [InlineData("toybox:3@")]
    [InlineData("toybox:3:tricky")]
    [InlineData("toybox:3:hard@2")]
    [InlineData("no/such/folder")]
    public void WhatIsNoDataSet_IsRefused(string name) => Assert.Throws<DataSetException>(() => EvaluationData.Open(name));

    [Fact]
    public void RenderedScenes_AreTheSameFromDiskAsOnTheFly()
    {
        var scene = SceneComposer.Compose(17, new SceneSettings());
        SceneFiles.Write(Path.Combine(root, "000"), scene, SceneRenderer.Render(scene, 64));
        var (disk, fly) = (EvaluationData.Open(root).Read(0, 32), EvaluationData.Open("toybox:1@17").Read(0, 64));
        Assert.Equal(fly.Image.Pixels.ToArray(), disk.Image.Pixels.ToArray());
        Assert.Equal(fly.Masks.Select(mask => mask.Pixels.ToArray()), disk.Masks.Select(mask => mask.Pixels.ToArray()));
        Assert.Equal(fly.Toys!.Select(toy => toy.Phrase), disk.Toys!.Select(toy => toy.Phrase));
    }

    [Fact]
    public void AFolderOfPictures_MayHaveNoMasks_AndNoOtherFolders()
    {
        Directory.CreateDirectory(Path.Combine(root, "notes")); // passed over
        Assert.Throws<DataSetException>(() => EvaluationData.Open(root));
        PngFile.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "a")).FullName, "img.png"), new RgbImage(4, 2, new byte[24]));
        var data = EvaluationData.Open(root);
        Assert.Equal((1, 1, "a", 0), (data.Count, data.PassedOver, data.Read(0, 32).Name, data.Read(0, 32).Masks.Count));
    }

    [Theory]
    [InlineData(8, 4, true)] // twice the size
    [InlineData(2, 1, true)]
    [InlineData(3, 2, true)] // half a pixel off
    [InlineData(2, 4, false)] // turned
    [InlineData(4, 4, false)]
    [InlineData(40, 40, false)]
    public void MasksOfOtherProportions_AreRefused(int width, int height, bool fits)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "a")).FullName;
        PngFile.Write(Path.Combine(folder, "img.png"), new RgbImage(4, 2, new byte[24]));
        PngFile.Write(Path.Combine(folder, "mask0.png"), new GrayImage(width, height, [.. Enumerable.Repeat((byte)255, width * height)]));
        if (fits) Assert.Equal((4, 2), (Assert.Single(EvaluationData.Open(root).Read(0, 32).Masks).Width, 2));
        else Assert.Contains($"{width}x{height}", Assert.Throws<DataSetException>(() => EvaluationData.Open(root).Read(0, 32)).Message);
    }

    [Fact]
    public void AThingThatVanishesAtThePicturesSize_IsToldAsTheDataSetsFault()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "a")).FullName;
        PngFile.Write(Path.Combine(folder, "img.png"), new RgbImage(4, 2, new byte[24]));
        PngFile.Write(Path.Combine(folder, "mask0.png"), new GrayImage(40, 20, [255, .. new byte[799]]));
        Assert.Contains("too small", Assert.Throws<DataSetException>(() => EvaluationData.Open(root).Read(0, 32)).Message);
    }

    [Fact]
    public void AnEmptyMask_IsToldAsTheDataSetsFault()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "a")).FullName;
        PngFile.Write(Path.Combine(folder, "img.png"), new RgbImage(4, 2, new byte[24]));
        PngFile.Write(Path.Combine(folder, "mask0.png"), new GrayImage(4, 2, [127, 127, 127, 127, 0, 0, 0, 0]));
        Assert.Contains("mask0.png", Assert.Throws<DataSetException>(() => EvaluationData.Open(root).Read(0, 32)).Message);
        Assert.Throws<DataSetException>(() => GivenMasks.Read(folder));
        Assert.Throws<DataSetException>(() => GivenMasks.Read(root));
        PngFile.Write(Path.Combine(folder, "mask0.png"), new GrayImage(4, 2, [127, 128, 127, 127, 0, 0, 0, 0]));
        Assert.Equal(1, Assert.Single(GivenMasks.Read(folder)).Area);
    }

    [Fact]
    public void ACell_BelongsToTheThing_WhenHalfOfItsPixelsDo()
    {
        var mask = new Mask(4, 4, [.. "##..#...#..##...".Select(pixel => pixel == '#')]); // quarters of 3, 0, 2 and 1 pixels
        Assert.Equal([true, false, true, false], GridMasks.Of(mask, new GridSize(2, 2)).Cells);
        var dot = new Mask(4, 4, [.. Enumerable.Range(0, 16).Select(i => i == 7)]);
        Assert.Equal([false, true, false, false], GridMasks.Of(dot, new GridSize(2, 2)).Cells);
        Assert.Equal(4, GridMasks.Of(dot, new GridSize(8, 8)).Area);
        Assert.Throws<ArgumentException>(() => GridMasks.Of(new Mask(1, 1, [false]), new GridSize(2, 2)));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
