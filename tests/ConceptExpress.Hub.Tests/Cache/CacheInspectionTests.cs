using System.Security.Cryptography;
using System.Text;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Testing;

namespace ConceptExpress.Hub.Tests.Cache;

public sealed class CacheInspectionTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    IReadOnlyList<CacheFault> Faults => [.. new CacheInspection(new HubCache(temp.Path)).Faults(CancellationToken.None)];

    /// <summary>Adds a file to a snapshot of someone/toy, and returns its blob.</summary>
    string Add(string path, string content, string commit = "abc")
    {
        var bytes = Encoding.ASCII.GetBytes(content);
        var blob = temp[$"models--someone--toy/blobs/{Convert.ToHexStringLower(SHA256.HashData(bytes))}"];
        var file = temp[$"models--someone--toy/snapshots/{commit}/{path}"];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        File.WriteAllBytes(blob, bytes);
        File.CreateSymbolicLink(file, Path.GetRelativePath(Path.GetDirectoryName(file)!, blob));
        return blob;
    }

    void Reference(string revision, string commit)
    {
        Directory.CreateDirectory(temp["models--someone--toy/refs"]);
        File.WriteAllText(temp[$"models--someone--toy/refs/{revision}"], commit);
    }

    [Fact]
    public void AWholeCache_HasNoFault()
    {
        Add("model_index.json", "{}");
        Reference("main", "abc");
        Assert.Empty(Faults);
    }

    [Fact]
    public void ALinkToNowhere_IsFound()
    {
        Add("model_index.json", "{}");
        Reference("main", "abc");
        File.Delete(Add("unet/config.json", "{ }"));
        Assert.Equal((CacheFaultKind.Dangling, "someone/toy"), Assert.Single(Faults) is var fault ? (fault.Kind, $"{fault.Id}") : default);
        Assert.EndsWith("unet/config.json", Assert.Single(Faults).Path.Replace('\\', '/'), StringComparison.Ordinal);
    }

    [Fact]
    public void ASmallFileWithOtherContent_IsFound()
    {
        File.AppendAllText(Add("model_index.json", "{}"), " ");
        Assert.Equal(CacheFaultKind.Damaged, Assert.Single(Faults).Kind);
    }

    [Fact]
    public void ABranchWithoutItsSnapshot_AndADownloadThatWasCut_AreFound()
    {
        Add("model_index.json", "{}");
        Reference("main", "abc");
        Reference("fp16", "def");
        File.WriteAllText(temp["models--someone--toy/blobs/0123.incomplete"], "half");
        Assert.Equal([(CacheFaultKind.Lost, "someone/toy@fp16", 0L), (CacheFaultKind.Unfinished, "someone/toy", 4L)],
            Faults.Select(fault => (fault.Kind, $"{fault.Id}", fault.Bytes)));
    }

    [Fact]
    public void OtherModels_AreNotChecked()
    {
        File.Delete(Add("pytorch_model.bin", "weights"));
        Assert.Empty(Faults);
    }
}
