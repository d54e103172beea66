using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class FileDigestTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Digest(params string[] names) => FileDigest.Of(folder.Path, names.Select(name => folder[name]));

    [Fact]
    public void TheOrderOfFiles_AndTheirRepetition_DoNotMatter()
    {
        folder.Write("a", "one");
        folder.Write("b", "two");
        Assert.Matches("^[0-9a-f]{64}$", Digest("a", "b"));
        Assert.Equal(Digest("a", "b"), Digest("b", "a"));
        Assert.Equal(Digest("a", "b"), Digest("a", "b", "a"));
        Assert.NotEqual(Digest("a", "b"), Digest("a"));
    }

    [Fact]
    public void NamesAndContents_BothCount()
    {
        folder.Write("a", "one");
        folder.Write("b", "two");
        folder.Write("c", "one");
        Assert.NotEqual(Digest("a"), Digest("c"));
        var before = Digest("a", "b");
        folder.Write("a", "two");
        folder.Write("b", "one");
        Assert.NotEqual(before, Digest("a", "b"));
    }

    [Fact]
    public void AChangedFile_IsReadAgain_ThoughItsSizeStays()
    {
        var file = folder.Write("a", "one");
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = Digest("a");
        folder.Write("a", "two");
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 1, DateTimeKind.Utc));
        Assert.NotEqual(before, Digest("a"));
        folder.Write("a", "one");
        Assert.Equal(before, Digest("a"));
    }

    [Fact]
    public void AFileOfTheSameSizeAndTime_IsNotReadAgain()
    {
        var (file, time) = (folder.Write("a", "one"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(file, time);
        var before = Digest("a");
        folder.Write("a", "two");
        File.SetLastWriteTimeUtc(file, time);
        Assert.Equal(before, Digest("a")); // gigabytes are not read once more to find that nobody touched them
    }

    [Fact]
    public void AFileThatCannotBeRead_IsNamed() =>
        Assert.Contains("gone", Assert.Throws<CheckpointException>(() => Digest("gone")).Message);
}
