using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests;

public sealed class SceneFolderTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("scenes").FullName;

    [Fact]
    public void Masks_AreReadInOrderOfTheirNumbers_AboveTheMiddleGrey()
    {
        var folder = Scene("a", "img.png");
        Write(folder, "mask10.png", 255, 255, 255, 0);
        Write(folder, "mask2.png", 0, 127, 128, 255);
        Write(folder, "mask_preview.png", 255, 255, 255, 255);
        var scene = SceneFolder.Read(folder);
        Assert.Equal(("a", 2), (scene.Name, scene.Masks.Count));
        Assert.Equal([false, false, true, true], scene.Masks[0].Pixels.ToArray());
        Assert.Equal(3, scene.Masks[1].Area);
        Assert.Equal(Path.Combine(folder, "img.png"), scene.PicturePath);
    }

    [Fact]
    public void Scenes_ComeInOrderOfNames_AndOtherFoldersArePassedOver()
    {
        foreach (var name in new[] { "b", "a" }) Write(Scene(name, "img.jpg"), "mask0.png", 255, 0, 0, 0);
        Directory.CreateDirectory(Path.Combine(root, "notes"));
        Assert.Equal(["a", "b"], SceneFolder.ReadAll(root).Select(scene => scene.Name));
    }

    [Fact]
    public void IncompleteScenes_AreRefused()
    {
        Assert.Throws<InvalidDataException>(() => SceneFolder.Read(root));
        var folder = Scene("a", "img.png");
        Assert.Throws<InvalidDataException>(() => SceneFolder.Read(folder));
        Write(folder, "mask0.png", 0, 0, 0, 1);
        Assert.Throws<InvalidDataException>(() => SceneFolder.Read(folder));
        Write(folder, "mask0.png", 255, 255);
        Write(folder, "mask1.png", 255, 255, 255, 255);
        Assert.Throws<InvalidDataException>(() => SceneFolder.Read(folder));
        File.WriteAllText(Path.Combine(folder, "mask1.png"), "no picture");
        Assert.Throws<ImageException>(() => SceneFolder.Read(folder));
    }

    [Fact]
    public void TheReferencesMasks_ScoreAsReported()
    {
        var scenes = SceneFolder.ReadAll(TestFolders.Prior("scenes/96px")).ToList();
        Assert.NotEmpty(scenes);
        var mean = SceneScore.Mean([.. scenes.Select(scene => SceneScore.Of(Reference(scene), scene.Masks))]);
        Assert.Equal((0.37, 0.26), (Round(mean.MeanBestIou), Round(mean.Precision)));
        Assert.Equal((0.36, 0.26), (Round(mean.Recall), Round(mean.ExactCount)));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    static double Round(double value) => Math.Round(value, 2);

    static Mask[] Reference(MaskedPicture scene)
    {
        var (width, height) = (scene.Masks[0].Width, scene.Masks[0].Height);
        var files = Directory.GetFiles(Path.Combine(TestFolders.Prior("reference"), scene.Name), "mask*.png");
        return [.. files.Select(path => SceneFolder.ReadMask(path).Resize(width, height))];
    }

    string Scene(string name, string picture)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, picture), []);
        return folder;
    }

    static void Write(string folder, string name, params byte[] pixels)
    {
        using var stream = File.Create(Path.Combine(folder, name));
        PngWriter.Write(stream, new GrayImage(2, pixels.Length / 2, pixels));
    }
}
