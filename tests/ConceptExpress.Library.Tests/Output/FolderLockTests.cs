using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class FolderLockTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void ASecondRun_IsKeptOut_UntilTheFirstEnds()
    {
        var folder = temp["new"];
        using (FolderLock.Take(folder))
        {
            var refused = Assert.Throws<OutputOccupiedException>(() => FolderLock.Take(folder));
            Assert.Contains(folder, refused.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        FolderLock.Take(folder).Dispose();
    }

    [Fact]
    public void AFileThatAKilledRunLeft_LocksNothing()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(temp["old"]).FullName, FolderLock.FileName), "");
        FolderLock.Take(temp["old"]).Dispose();
    }

    [Fact]
    public void AFolderBelowAFile_CannotBeWritten()
    {
        File.WriteAllText(temp["file"], "");
        var refused = Assert.Throws<OutputException>(() => FolderLock.Take(Path.Combine(temp["file"], "below")));
        Assert.Contains("file", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => temp.Dispose();
}
