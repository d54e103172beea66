using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Runs;

public sealed class FreeSpaceTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    void Group(string path, params (string File, string Text)[] files)
    {
        Directory.CreateDirectory(temp[path]);
        foreach (var (file, text) in files) File.WriteAllText(temp[$"{path}/{file}"], text);
    }

    [Fact]
    public void TheLimitOfAnyGroupAbove_Counts_AndCachedFilesDoNot()
    {
        Group("a", ("memory.max", "1000\n"), ("memory.current", "700\n"), ("memory.stat", "anon 500\ninactive_file 150\n"));
        Group("a/b", ("memory.max", "max\n"), ("memory.current", "600\n"));
        Assert.Equal(1000 - 700 + 150, FreeSpace.OfGroups(temp.Path, ["0::/a/b"]));
    }

    [Fact]
    public void TheFirstVersionOfGroups_Counts()
    {
        Group("memory/x", ("memory.limit_in_bytes", "900\n"), ("memory.usage_in_bytes", "400\n"),
            ("memory.stat", "total_inactive_file 0\n"));
        Assert.Equal(500, FreeSpace.OfGroups(temp.Path, ["3:cpu,cpuacct:/x", "2:memory:/x"]));
    }

    [Fact]
    public void WithoutALimit_NothingIsLimited() => Assert.Equal(long.MaxValue, FreeSpace.OfGroups(temp.Path, ["0::/a/b"]));

    [Fact]
    public void ThisMachine_HasSomeMemory_AndItsDiskTells()
    {
        Assert.InRange(FreeSpace.Memory(), 1 << 20, 1L << 50);
        Assert.InRange(FreeSpace.Disk(temp["not/there"])!.Value, 0, 1L << 60);
    }
}
