using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation.Tests;

public sealed class ToyboxDataTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("toybox-data").FullName;

    [Theory]
    [InlineData("toybox:3", 3, "normal-8000000000")]
    [InlineData("toybox:2@17", 2, "normal-17")]
    [InlineData("toybox:1@17:hard", 1, "hard-17")]
    [InlineData("toybox:1:easy", 1, "easy-8000000000")]
    [InlineData("toybox:4:touching", 4, "touching-8000000000")]
    [InlineData("toybox:4:border", 4, "border-8000000000")]
    [InlineData("toybox:4:large", 4, "large-8000000000")]
    [InlineData("toybox:4:empty", 4, "empty-8000000000")]
    public void Toyboxes_AreNamedByCountSeedAndDifficulty(string name, int count, string first)
    {
        var data = ToyboxData.Open(name);
        var picture = data.Read(0, 64);
        Assert.Equal((count, first, 64), (data.Count, picture.Name, picture.Image.Width));
        Assert.Equal(picture.Labels!.Count, picture.Masks.Count);
    }

    [Theory]
    [InlineData("toybox:")]
    [InlineData("toybox:0")]
    [InlineData("toybox:many")]
    [InlineData("toybox:3@")]
    [InlineData("toybox:3:tricky")]
    [InlineData("toybox:3:3")]
    [InlineData("toybox:3:hard@2")]
    [InlineData("toybox:3:hard:384")]
    [InlineData("toybox:3:hard:15px")]
    [InlineData("toybox:3:hard:5000px")]
    [InlineData("toybox:3:384px")]
    [InlineData("no/such/folder")]
    public void WhatIsNoDataSet_IsRefused(string name) =>
        Assert.Contains("toybox:N", Assert.Throws<DataSetException>(() => ToyboxData.Open(name)).Message);

    [Fact]
    public void ScenesOfAGivenSide_AreRenderedAtIt()
    {
        var (large, usual) = (ToyboxData.Open("toybox:1@17:normal:80px").Read(0, 32), ToyboxData.Open("toybox:1@17").Read(0, 80));
        Assert.Equal(PixelSize.Square(80), large.Image.Size);
        Assert.Equal(ContentHash.OfPicture(usual), ContentHash.OfPicture(large));
    }

    [Fact]
    public void RenderedScenes_AreTheSameFromDiskAsOnTheFly()
    {
        var scene = SceneComposer.Compose(17, new SceneSettings());
        SceneFiles.Write(Path.Combine(root, "000"), scene, SceneRenderer.Render(scene, 64));
        var (disk, fly) = (ToyboxData.Open(root).Read(0, 32), ToyboxData.Open("toybox:1@17").Read(0, 64));
        Assert.Equal(scene.Toys.Select(toy => toy.Category), disk.Labels!.Select(labels => labels["category"]));
        Assert.Equal(ContentHash.OfPicture(fly), ContentHash.OfPicture(disk));
        Assert.Equal(fly.Labels, disk.Labels);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
