using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

public sealed class ToyboxRenderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void Render_WritesTheSameFilesTwice_WithAMaskPerToy()
    {
        Assert.Equal(ExitCodes.Done, Render("first", "--count", "3", "--seed", "5", "--toys", "2").Code);
        Assert.Equal(ExitCodes.Done, Render("second", "--count", "3", "--seed", "5", "--toys", "2").Code);
        var (first, second) = (Files("first"), Files("second"));
        Assert.Equal(first.Keys, second.Keys);
        Assert.All(first, file => Assert.Equal(file.Value, second[file.Key]));
        Assert.Equal(["000", "001", "002"], Directory.GetDirectories(temp["first"]).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetDirectories(temp["first"]),
            scene => Assert.Equal([64, 64], MaskFolder.ReadAll(scene).Select(mask => mask.Width)));
    }

    [Fact]
    public void EachScene_HasASeedOneHigher()
    {
        Render("pair", "--count", "2", "--seed", "5", "--difficulty", "hard");
        Render("single", "--seed", "6", "--difficulty", "hard");
        Assert.Equal(File.ReadAllBytes(temp["pair/001/img.png"]), File.ReadAllBytes(temp["single/000/img.png"]));
        Assert.NotEqual(File.ReadAllBytes(temp["pair/000/img.png"]), File.ReadAllBytes(temp["pair/001/img.png"]));
    }

    [Theory]
    [InlineData("large", 3)]
    [InlineData("empty", 1)]
    public void ANumberOfToysThatTheKindDoesNotHave_IsRefused(string difficulty, int toys) =>
        Cli.AssertFailed(ExitCodes.Usage, Render("none", "--difficulty", difficulty, "--toys", $"{toys}"));

    [Fact]
    public void AnEmptyScene_HasAPictureAndNoMask()
    {
        Assert.Equal(ExitCodes.Done, Render("empty", "--difficulty", "empty", "--seed", "5").Code);
        Assert.Equal(["img.png", "scene.json"], Directory.GetFiles(temp["empty/000"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void OccupiedFolder_IsRefused_UnlessForced()
    {
        Render("out", "--seed", "1");
        var before = File.ReadAllBytes(temp["out/000/img.png"]);
        Cli.AssertFailed(ExitCodes.Usage, Render("out", "--seed", "2"));
        Assert.Equal(before, File.ReadAllBytes(temp["out/000/img.png"]));
        Assert.Equal(ExitCodes.Done, Render("out", "--seed", "2", "--force").Code);
        Assert.NotEqual(before, File.ReadAllBytes(temp["out/000/img.png"]));
    }

    [Fact]
    public void Cancelled_LeavesNothing()
    {
        Cli.Run(new CancellationToken(canceled: true), "toybox", "render", "--output", temp["out"]);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    Cli.Outcome Render(string output, params IReadOnlyList<string> more) =>
        Cli.Run(["toybox", "render", "--output", temp[output], "--size", "64", .. more]);

    SortedDictionary<string, byte[]> Files(string folder) => new(Directory.GetFiles(temp[folder], "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(temp[folder], file), File.ReadAllBytes), StringComparer.Ordinal);

    public void Dispose() => temp.Dispose();
}
