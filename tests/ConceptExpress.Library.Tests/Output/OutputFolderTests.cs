using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class OutputFolderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    /// <summary>Other ways to write <c>a/out</c>; <c>link</c> leads to <c>a</c>, <c>direct</c> to <c>a/out</c>.</summary>
    public static TheoryData<string> Spellings =>
        ["a/out", "a/out/", "a/out//", "a//out", "a/./out", "a/out/.", "a/../a/out", "a/out/../out/", "link/out", "link/out/",
        "b/../link/out", "direct", "direct/"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void EverySpelling_MeansTheSameFolder(string spelling)
    {
        MakeLinks();
        if (!spelling.StartsWith("direct", StringComparison.Ordinal)) // a link to nothing is no folder yet
        {
            Write(spelling, replace: false, "x");
            Assert.Equal(["a/out/x"], temp.Files("a"));
        }
        Directory.CreateDirectory(temp["a/out"]);
        File.Delete(temp["a/out/x"]);
        Write(spelling, replace: false, "y");
        Assert.Equal(["a/out/y"], temp.Files("a"));
        Assert.Equal(temp["a/out"], Path.TrimEndingDirectorySeparator(new OutputFolder(temp[spelling], Kind, replace: false).Path));
        Assert.Throws<OutputOccupiedException>(() => Write(spelling, replace: false, "z"));
    }

    [Fact]
    public void RelativePath_IsOfTheWorkingFolder()
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), temp["out"]);
        new OutputFolder(relative, Kind, replace: false).Write(fresh => File.WriteAllText(Path.Combine(fresh, "x"), "1"));
        Assert.Equal(["out/x"], temp.Files());
    }

    [Fact]
    public void Parents_AreMade()
    {
        Write("b/c/d/out", replace: false, "masks/x", "y");
        Assert.Equal(["b/c/d/out/masks/x", "b/c/d/out/y"], temp.Files());
    }

    [Theory]
    [InlineData("é à ü/выход 出力/out put")]
    [InlineData("-out")]
    [InlineData("out.d/.hidden")]
    public void Names_MayBeAnyText(string name)
    {
        Write(name, replace: false, "x");
        Assert.Equal("x", File.ReadAllText(temp[$"{name}/x"]));
    }

    [Fact]
    public void EmptyFolder_IsTaken()
    {
        Directory.CreateDirectory(temp["out"]);
        new OutputFolder(temp["out"], Kind, replace: false).Check();
        Assert.Empty(Directory.GetFileSystemEntries(temp["out"]));
        Write("out", replace: false, "x");
        Assert.Equal(["out/x"], temp.Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_LeavesEverythingAsItWas(bool exists)
    {
        if (exists) Folders.Extract(temp["out"]);
        var before = temp.State();
        new OutputFolder(temp["out"], ResultNames.Extraction, replace: true).Check(temp["picture.png"], null);
        Assert.Equal(before, temp.State());
    }

    [Fact]
    public void FolderThatIsNotEmpty_IsRefused_UnlessItMayBeReplaced()
    {
        temp.Fill("out/x");
        Assert.True(
            Assert.Throws<OutputOccupiedException>(() => new OutputFolder(temp["out"], ResultNames.Extraction, replace: false)
            .Check()).Replaceable);
        new OutputFolder(temp["out"], ResultNames.Extraction, replace: true).Check();
        Assert.Equal(["out/x"], temp.Files());
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/")]
    [InlineData("file/out")]
    [InlineData("file/deeper/out")]
    [InlineData("link/../file")]
    public void FilesAndWhatLiesBelowThem_AreNoFolders(string path)
    {
        MakeLinks();
        temp.Fill("file");
        Assert.Contains("file", Assert.Throws<OutputException>(() => new OutputFolder(temp[path], Kind, replace: true).Check()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("circle")]
    [InlineData("circle/out")]
    public void WhatIsNoPath_IsRefusedBySentence(string path)
    {
        Directory.CreateSymbolicLink(temp["circle"], temp["circle2"]);
        Directory.CreateSymbolicLink(temp["circle2"], temp["circle"]);
        var refusal = Assert.Throws<OutputException>(() => new OutputFolder(path.Length == 0 ? path : temp[path], Kind, replace: true)
            .Check());
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatCannotBeWritten_IsRefusedBeforeTheWork()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc exists on Linux");
        Assert.Throws<OutputException>(() => new OutputFolder("/proc/conceptexpress", Kind, replace: false).Check());
        Assert.Throws<OutputException>(() => OutputFolder.CheckGrowing("/proc/conceptexpress"));
    }

    [Fact]
    public void GrowingFolder_MayHoldAnything_ButInputs()
    {
        temp.Fill("out/concepts.json", "out/image-000.png", "out/items/a.json");
        var before = temp.State();
        OutputFolder.CheckGrowing(temp["out"], temp["pictures"]);
        OutputFolder.CheckGrowing(temp["new"], temp["pictures"]);
        Assert.Throws<OutputOccupiedException>(() => OutputFolder.CheckGrowing(temp["out"], temp["out/items"]));
        Assert.Equal(before, temp.State());
    }

    static OutputKind Kind => ResultNames.Extraction;

    void MakeLinks()
    {
        Directory.CreateDirectory(temp["a"]);
        Directory.CreateSymbolicLink(temp["link"], temp["a"]);
        Directory.CreateSymbolicLink(temp["direct"], Path.Combine("a", "out"));
    }

    void Write(string path, bool replace, params string[] files) => new OutputFolder(Path.Combine(temp.Path, path), Kind, replace)
        .Write(fresh =>
    {
        Assert.Empty(Directory.GetFileSystemEntries(fresh));
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(fresh, file))!);
            File.WriteAllText(Path.Combine(fresh, file), file);
        }
    });

    public void Dispose() => temp.Dispose();
}
