using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Tests.Data;

public sealed class FolderDataTests : IDisposable
{
    static readonly PixelSize size = new() { Width = 4, Height = 2 };

    readonly string root = Directory.CreateTempSubdirectory("folder-data").FullName;

    [Fact]
    public void NoFolder_IsNoDataSet() => Assert.Throws<DataSetException>(() => new FolderData(Path.Combine(root, "none")));

    [Fact]
    public void AFolderOfPictures_MayHaveNoMasks_AndOtherFolders()
    {
        Directory.CreateDirectory(Path.Combine(root, "notes")); // passed over
        Assert.Throws<DataSetException>(() => new FolderData(root));
        Scene("b");
        Scene("a");
        var data = new FolderData(root);
        Assert.Equal((2, 1, "a", 0), (data.Count, data.PassedOver, data.Read(0, 32).Name, data.Read(0, 32).Masks.Count));
        Assert.Null(data.Read(0, 32).Labels);
    }

    [Fact]
    public void Masks_AreInOrderOfTheirNumbers()
    {
        var folder = Scene("a");
        Mask(folder, 10, size, i => i < 3);
        Mask(folder, 2, size, i => i < 1);
        Assert.Equal([1, 3], Only().Masks.Select(mask => mask.Area));
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
        Mask(Scene("a"), 0, new PixelSize { Width = width, Height = height }, _ => true);
        if (fits) Assert.Equal(size, Assert.Single(Only().Masks).Size);
        else Assert.Contains($"{width}x{height}", Assert.Throws<ImageException>(Only).Message);
    }

    [Fact]
    public void AThingThatVanishesAtThePicturesSize_IsToldAsTheDataSetsFault()
    {
        Mask(Scene("a"), 0, new PixelSize { Width = 40, Height = 20 }, i => i == 0);
        Assert.Contains("too small", Assert.Throws<DataSetException>(Only).Message);
    }

    [Fact]
    public void AnEmptyMask_IsRefused()
    {
        Mask(Scene("a"), 0, size, _ => false);
        Assert.Contains("mask0.png", Assert.Throws<ImageException>(Only).Message);
    }

    [Theory]
    [InlineData("""{ "caption": "two", "toys": [{ "category": "duck", "color": "red" }, { "category": "car" }] }""")]
    [InlineData("""{ "no": [], "numbers": [1], "things": [{ "category": "duck", "color": "red", "size": 3 }, { "category": "car" }] }""")]
    public void Labels_AreTheWordsOfTheFirstListOfThings(string json)
    {
        var folder = WithTwoMasks();
        File.WriteAllText(Path.Combine(folder, "scene.json"), json);
        var labels = Only().Labels!;
        Assert.Equal(new Dictionary<string, string> { ["category"] = "duck", ["color"] = "red" }, labels[0]);
        Assert.Equal(new Dictionary<string, string> { ["category"] = "car" }, labels[1]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "toys": [{ "category": "duck" }] }""")] // not one for each mask
    public void WhatLabelsNoThings_IsNoLabel(string json)
    {
        var folder = WithTwoMasks();
        File.WriteAllText(Path.Combine(folder, "scene.json"), json);
        Assert.Null(Only().Labels);
    }

    [Fact]
    public void ADescriptionThatIsNone_IsRefused()
    {
        File.WriteAllText(Path.Combine(WithTwoMasks(), "scene.json"), "dear");
        Assert.Contains("scene.json", Assert.Throws<DataSetException>(Only).Message);
    }

    EvaluationPicture Only() => new FolderData(root).Read(0, 32);

    string Scene(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        PngFile.Write(Path.Combine(folder, "img.png"), new RgbImage(size, new byte[3 * size.Area]));
        return folder;
    }

    string WithTwoMasks()
    {
        var folder = Scene("a");
        for (var number = 0; number < 2; number++) Mask(folder, number, size, i => i == number);
        return folder;
    }

    static void Mask(string folder, int number, PixelSize size, Func<int, bool> inside) =>
        PngFile.Write(Path.Combine(folder, $"mask{number}.png"), new Mask(size, [.. Enumerable.Range(0, (int)size.Area).Select(inside)]));

    public void Dispose() => Directory.Delete(root, recursive: true);
}
