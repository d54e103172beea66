using System.Text.Json.Nodes;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Tests.Scenes;

public sealed class SceneFilesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("conceptexpress-").FullName;

    [Fact]
    public void WrittenScene_IsReadBack()
    {
        var scene = SceneComposer.Compose(3, new SceneSettings { ToyCount = 3 });
        var rendered = SceneRenderer.Render(scene, 96);
        SceneFiles.Write(folder, scene, rendered);
        Assert.Equal(rendered.Picture.Pixels, ImageReader.Read(Path.Combine(folder, SceneFiles.Picture)).Pixels);
        for (var i = 0; i < rendered.Masks.Count; i++)
            Assert.Equal(rendered.Masks[i].Pixels, ImageReader.ReadMask(Path.Combine(folder, SceneFiles.Mask(i))).Pixels);
        Assert.False(File.Exists(Path.Combine(folder, SceneFiles.Mask(rendered.Masks.Count))));
        Assert.Equal(scene.Toys.Select(toy => toy.Phrase), SceneFiles.ReadToys(folder)!.Select(toy => toy.Phrase));
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, SceneFiles.Description)))!;
        Assert.Equal((scene.Caption, scene.Background), ((string?)description["caption"], (string?)description["background"]));
        Assert.Equal(scene.Toys.Select(toy => (toy.Category, toy.Color, toy.Pattern)),
            description["toys"]!.AsArray().Select(toy => ((string)toy!["category"]!, (string)toy["color"]!, (string)toy["pattern"]!)));
    }

    [Theory]
    [InlineData(7, 10, "007")]
    [InlineData(999, 1000, "999")]
    [InlineData(7, 1001, "0007")]
    public void Folders_HaveAsManyDigitsAsAllNeed(int index, int count, string name) => Assert.Equal(name, SceneFiles.Folder(index, count));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
