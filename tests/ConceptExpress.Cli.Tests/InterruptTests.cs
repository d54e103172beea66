using System.Diagnostics;
using System.Runtime.InteropServices;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed partial class InterruptTests : IDisposable
{
    const int SigInt = 2;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly TemporaryFolder temp = new();

    [Fact]
    public async Task CtrlC_EndsWith130_AndLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that one process can send to another alone");
        Assert.SkipWhen(IgnoresInterrupts(), "the tests were started with SIGINT ignored (nohup, or in the background of a script), which programs inherit and respect");
        using var process = Start("extract", Cli.Sample, "--output", temp["out"], "--preset", "paper", "--steps", "100000", "--threads", "1");
        using var deadline = new Timer(_ => { if (!process.HasExited) process.Kill(); }, null, Patience, Timeout.InfiniteTimeSpan);
        var errors = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            errors.Add(line);
            if (line.StartsWith("Learn ", StringComparison.Ordinal) && errors.Count(earlier => earlier.StartsWith("Learn ", StringComparison.Ordinal)) == 1)
                Assert.Equal(0, Kill(process.Id, SigInt));
        }
        Assert.True(process.WaitForExit(Patience), "the program did not end");
        Assert.True(process.ExitCode == ExitCodes.Cancelled, string.Join('\n', errors));
        Assert.Equal("Cancelled; nothing was written.", errors[^1]);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    static bool IgnoresInterrupts() => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Any(line => (Convert.ToUInt64(line[7..].Trim(), 16) >> (SigInt - 1) & 1) != 0);

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
