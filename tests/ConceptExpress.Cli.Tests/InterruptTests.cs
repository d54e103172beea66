using System.Diagnostics;
using System.Runtime.InteropServices;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed partial class InterruptTests : IDisposable
{
    const int SigInt = 2, SigTerm = 15;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly TemporaryFolder temp = new();

    [Theory, InlineData(SigInt), InlineData(SigTerm)]
    public async Task AskedToStop_ItEndsWith130_AndKeepsWhatWasLearned(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that one process can send to another alone");
        Assert.SkipWhen(signal == SigInt && IgnoresInterrupts(),
            "the tests were started with SIGINT ignored (nohup, or in the background of a script), which programs inherit and respect");
        using var process = Start("extract", Cli.Sample, "--output", temp["out"], "--preset", "paper", "--resolution", "64", "--steps",
            "100000", "--merge-step", "1", "--threads", "1");
        using var deadline = new Timer(_ => { if (!process.HasExited) process.Kill(); }, null, Patience, Timeout.InfiniteTimeSpan);
        var errors = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            errors.Add(line);
            if (line.StartsWith("Learn merged", StringComparison.Ordinal)
                && errors.Count(earlier => earlier.StartsWith("Learn merged", StringComparison.Ordinal)) == 2)
                Assert.Equal(0, Kill(process.Id, signal));
        }
        Assert.True(process.WaitForExit(Patience), "the program did not end");
        Assert.True(process.ExitCode == ExitCodes.Cancelled, string.Join('\n', errors));
        Assert.StartsWith("Stopped; the words as they are after pass ", errors[^1], StringComparison.Ordinal);
        Assert.EndsWith("run the same command with --resume.", errors[^1], StringComparison.Ordinal);
        Assert.NotNull(ConceptFolder.ReadManifest(temp["out"]).Unfinished);
    }

    [Fact]
    public async Task StoppedBeforeAnythingIsFound_ItLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that one process can send to another alone");
        using var process = Start("localize", Cli.Sample, "--output", temp["out"], "--resolution", "384", "--threads", "1");
        using var deadline = new Timer(_ => { if (!process.HasExited) process.Kill(); }, null, Patience, Timeout.InfiniteTimeSpan);
        var errors = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            errors.Add(line);
            if (line == "Locate") Assert.Equal(0, Kill(process.Id, SigTerm));
        }
        Assert.True(process.WaitForExit(Patience), "the program did not end");
        Assert.True(process.ExitCode == ExitCodes.Cancelled, string.Join('\n', errors));
        Assert.Equal("Cancelled; nothing was written.", errors[^1]);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    static bool IgnoresInterrupts() => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            .Any(line => (Convert.ToUInt64(line[7..].Trim(), 16) >> (SigInt - 1) & 1) != 0);

    static Process Start(params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "conceptexpress.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    public void Dispose() => temp.Dispose();
}
