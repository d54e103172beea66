using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Tests.Output;

public sealed class OutputFolderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void Write_MakesTheFolderAndItsParents()
    {
        OutputFolder.Write(temp["a/b/out"], replace: false, folder => File.WriteAllText(Path.Combine(folder, "x"), "1"));
        Assert.Equal("1", File.ReadAllText(temp["a/b/out/x"]));
        Assert.Equal(["a/b/out/x"], Files());
    }

    [Fact]
    public void Write_LeavesNothing_WhenFillingFails()
    {
        Assert.Throws<OperationCanceledException>(() => OutputFolder.Write(temp["a/b/out"], replace: false, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "x"), "1");
            throw new OperationCanceledException();
        }));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Write_KeepsEarlierResults_WhenFillingFails()
    {
        Fill(temp["out"], (ResultNames.Manifest, "old"));
        Assert.Throws<OutputException>(() => OutputFolder.Write(temp["out"], replace: true, _ => throw new IOException("No space left on device")));
        Assert.Equal("old", File.ReadAllText(temp["out/concepts.json"]));
        Assert.Equal(["out/concepts.json"], Files());
    }

    [Fact]
    public void Write_ReplacesEarlierResults_AndKeepsStrangersFiles()
    {
        Fill(temp["out"], (ResultNames.Manifest, "old"), (ResultNames.Chart, "old"), ("image-007.png", "old"), ("notes.txt", "mine"));
        OutputFolder.Write(temp["out"], replace: true, folder => File.WriteAllText(Path.Combine(folder, ResultNames.Manifest), "new"));
        Assert.Equal(["out/concepts.json", "out/notes.txt"], Files());
        Assert.Equal("new", File.ReadAllText(temp["out/concepts.json"]));
        Assert.Equal("mine", File.ReadAllText(temp["out/notes.txt"]));
    }

    [Fact]
    public void Check_RefusesAFolderThatIsNotEmpty_UnlessItMayBeReplaced()
    {
        Fill(temp["out"], ("x", ""));
        Assert.Throws<OutputOccupiedException>(() => OutputFolder.Check(temp["out"], replace: false));
        OutputFolder.Check(temp["out"], replace: true);
        Assert.Equal(["out/x"], Files());
    }

    [Fact]
    public void Check_AcceptsAnEmptyFolder()
    {
        Directory.CreateDirectory(temp["out"]);
        OutputFolder.Check(temp["out"], replace: false);
        Assert.Empty(Directory.GetFileSystemEntries(temp["out"]));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/out")]
    [InlineData("file/deeper/out")]
    public void Check_RefusesAFileAndWhatLiesBelowIt(string path)
    {
        File.WriteAllText(temp["file"], "");
        var refusal = Assert.Throws<OutputException>(() => OutputFolder.Check(temp[path], replace: true));
        Assert.Contains("file", refusal.Message);
    }

    [Fact]
    public void Check_RefusesAFolderThatCannotBeWritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc exists on Linux");
        Assert.Throws<OutputException>(() => OutputFolder.Check("/proc/conceptexpress", replace: false));
    }

    string[] Files() => [.. Directory.GetFiles(temp.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Select(file => Path.GetRelativePath(temp.Path, file).Replace('\\', '/')).Order()];

    static void Fill(string folder, params ReadOnlySpan<(string Name, string Text)> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder, name), text);
    }

    public void Dispose() => temp.Dispose();
}
