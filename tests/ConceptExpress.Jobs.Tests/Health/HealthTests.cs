using System.Xml.Linq;
using ConceptExpress.Jobs.Health;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests.Health;

public sealed class HealthTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }

    HealthReport Report(HealthRequest request, MachineProbe? machine = null) =>
        request.Work(new JobContext(pool) { Machine = machine ?? new MachineProbe() });

    [Fact]
    public void ThisMachine_HasNoProblem_AndTheSelfTestPasses()
    {
        var report = Report(new HealthRequest { Output = temp["out"], Compute = new ComputeSettings { Device = "cpu", Threads = 2 } });
        Assert.DoesNotContain(report.Problems, problem => problem.Area != HealthArea.Caches); // the user's cache is not ours
        Assert.True(report.SelfTest is { Locate: > 0, Learn: > 0, Draw: > 0 },
            string.Join('\n', report.Findings.Select(finding => finding.What)));
        Assert.Equal(VersionMap.LibTorch, report.Versions.LibTorch);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void AFullDisk_IsNamed_WithItsFolder()
    {
        var full = new MachineProbe { FreeDisk = folder => folder.StartsWith(temp.Path, StringComparison.Ordinal) ? 12_000 : 1L << 40 };
        var problem = Assert.Single(Report(new HealthRequest { Output = temp["out"], SelfTest = false }, full).Problems,
            problem => problem.Area == HealthArea.Disk);
        Assert.Contains($"{temp["out"]} (results) has 12.0 kB", problem.What, StringComparison.Ordinal);
        Assert.Contains("free some space", problem.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatCannotBeWritten_IsNamed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        var problem = Assert.Single(Report(new HealthRequest { Output = "/proc/out", SelfTest = false }).Problems,
            problem => problem.Area == HealthArea.Disk);
        Assert.Contains("/proc/out (results) cannot be written", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void LittleMemory_IsNamed()
    {
        var problem = Assert.Single(Report(new HealthRequest { Output = temp.Path, SelfTest = false },
            new MachineProbe { FreeMemory = () => 300_000_000 }).Problems, problem => problem.Area == HealthArea.Memory);
        Assert.Contains("only 300 MB", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFingerprintOfTheEmbeddedCheckpoint_IsTheOneInResults_AndAChangeIsSeen()
    {
        Assert.Equal(EmbeddedModels.ToyboxFingerprint, pool.Use(null, new ComputeSettings(), new JobContext(pool), loaded =>
            loaded.Model.Fingerprint()));
        Assert.Equal(EmbeddedModels.ToyboxFingerprint, EmbeddedModels.FingerprintOf(TestFolders.Toybox));
        Assert.Equal(Severity.Ok, CheckpointCheck.OfEmbedded(pool).Severity);
        using var other = new ModelPool(store: new OneFolder(Changed()));
        Assert.Equal(Severity.Problem, CheckpointCheck.OfEmbedded(other).Severity);
    }

    string Changed()
    {
        foreach (var file in Directory.GetFiles(TestFolders.Toybox, "*", SearchOption.AllDirectories))
        {
            var copy = temp[$"copy/{Path.GetRelativePath(TestFolders.Toybox, file)}"];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var weights = temp["copy/unet/diffusion_pytorch_model.safetensors"];
        using (var stream = new FileStream(weights, FileMode.Open, FileAccess.ReadWrite))
        {
            stream.Position = stream.Length - 1;
            var last = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(last ^ 1));
        }
        return temp["copy"];
    }

    [Fact]
    public void TheVersionOfLibTorch_IsTheOneThatIsBuiltWith() => Assert.Equal(VersionMap.LibTorch,
        XDocument.Load(Path.Combine(TestFolders.Repository, "Directory.Packages.props")).Descendants("LibTorchVersion").Single().Value);

    sealed class OneFolder(string folder) : IModelStore
    {
        public string Find(ModelReference model) => folder;

        public string FindRecorded(ModelReference model) => folder;
    }
}
