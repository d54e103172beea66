using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ConceptExpress.Library.Runs;

/// <summary>Describes this machine, and measures the memory of this process.</summary>
static class Machine
{
    const string ProcessStatus = "/proc/self/status";
    const string ProcessorInformation = "/proc/cpuinfo";

    static long peak;

    /// <summary>Describes this machine for <c>run.json</c>.</summary>
    /// <param name="device">The device of torch, <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">The number of threads of torch.</param>
    public static MachineRecord Describe(string device, int threads) => new(
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        FieldOf(ProcessorInformation, "model name"),
        Environment.ProcessorCount, device, threads, RuntimeInformation.FrameworkDescription);

    /// <summary>
    /// Returns the peak memory of this process so far, in bytes: VmHWM of the Linux kernel, or what .NET reports on other systems. It never
    /// falls.
    /// </summary>
    public static long PeakMemoryBytes()
    {
        // The kernel adds up counters of several cores without waiting for them, so its peak may fall by some pages.
        var now = ReportedPeak();
        for (var seen = Volatile.Read(ref peak); seen < now; seen = Volatile.Read(ref peak))
            if (Interlocked.CompareExchange(ref peak, now, seen) == seen) return now;
        return Volatile.Read(ref peak);
    }

    static long ReportedPeak()
    {
        if (FieldOf(ProcessStatus, "VmHWM") is { } mark && mark.Split(' ') is [var amount, "kB"]) return long.Parse(amount) * 1024;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    static string? FieldOf(string file, string field) => !File.Exists(file) ? null : File.ReadLines(file)
        .Where(line => line.StartsWith(field, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(':') + 1)..].Trim())
            .FirstOrDefault();
}
