using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class RealPathTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly string root;

    public RealPathTests()
    {
        root = RealPath.Of(temp.Path); // the system's folder for temporary files may be a link itself
        temp.Fill("a/b/file");
        Directory.CreateSymbolicLink(temp["absolute"], temp["a/b"]);
        Directory.CreateSymbolicLink(temp["a/relative"], "b");
        Directory.CreateSymbolicLink(temp["chain"], Path.Combine("a", "relative"));
        File.CreateSymbolicLink(temp["link"], Path.Combine("chain", "file"));
        Directory.CreateSymbolicLink(temp["nowhere"], temp["absent/folder"]);
        Directory.CreateSymbolicLink(temp["one"], temp["two"]);
        Directory.CreateSymbolicLink(temp["two"], temp["one"]);
    }

    [Theory]
    [InlineData("a/b/file", "a/b/file")]
    [InlineData("a/b/", "a/b")]
    [InlineData("a//b/./c/../file", "a/b/file")]
    [InlineData("absolute", "a/b")]
    [InlineData("absolute/", "a/b")]
    [InlineData("absolute/file", "a/b/file")]
    [InlineData("a/relative/file", "a/b/file")]
    [InlineData("chain/file", "a/b/file")]
    [InlineData("link", "a/b/file")]
    [InlineData("nowhere/x", "absent/folder/x")]
    [InlineData("absent/x/", "absent/x")]
    [InlineData("absolute/absent", "a/b/absent")]
    [InlineData("", "")]
    public void Links_AreFollowed_AndSpellingsAreOne(string path, string real) =>
        Assert.Equal(real.Length == 0 ? root : Path.Combine(root, real), RealPath.Of(Path.Combine(temp.Path, path)));

    [Theory]
    [InlineData("a/b/file")]
    [InlineData("chain/file")]
    [InlineData("absent/x")]
    public void RealPaths_AreRealAlready(string path) => Assert.Equal(RealPath.Of(temp[path]), RealPath.Of(RealPath.Of(temp[path])));

    [Theory]
    [InlineData("one")]
    [InlineData("two/x")]
    public void Circles_HaveNoEnd(string path) =>
        Assert.Contains("circle", Assert.Throws<IOException>(() => RealPath.Of(temp[path])).Message, StringComparison.Ordinal);

    [Fact]
    public void RootOfTheSystem_IsItself() => Assert.Equal(Path.GetPathRoot(temp.Path), RealPath.Of(Path.GetPathRoot(temp.Path)!));

    [Theory]
    [InlineData("/a/b", "/a/b", true)]
    [InlineData("/a/b/c", "/a/b", true)]
    [InlineData("/a/bc", "/a/b", false)]
    [InlineData("/a", "/a/b", false)]
    [InlineData("/a", "/", true)]
    [InlineData("/", "/", true)]
    public void Within_IsTheFolderAndWhatLiesBelow(string path, string folder, bool within) =>
        Assert.Equal(within,
            RealPath.IsWithin(path.Replace('/', Path.DirectorySeparatorChar), folder.Replace('/', Path.DirectorySeparatorChar)));

    [Theory]
    [InlineData("/A/b", "/a")]
    [InlineData("/a/B", "/A/b")]
    public void Case_DistinguishesOnlyWhereTheFileSystemDoes(string path, string folder)
    {
        (path, folder) = (path.Replace('/', Path.DirectorySeparatorChar), folder.Replace('/', Path.DirectorySeparatorChar));
        Assert.True(RealPath.IsWithin(path, folder, StringComparison.OrdinalIgnoreCase)); // Windows, macOS
        Assert.False(RealPath.IsWithin(path, folder, StringComparison.Ordinal)); // Linux
    }

    public void Dispose() => temp.Dispose();
}
