using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ConceptExpress.Library.Runs;

/// <summary>What this machine is, and what this process takes of it.</summary>
public static class Machine
{
    const string ProcessStatus = "/proc/self/status";
    const string ProcessorInformation = "/proc/cpuinfo";

    public static MachineRecord Describe(string device, int threads) => new(
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), FieldOf(ProcessorInformation, "model name"),
        Environment.ProcessorCount, device, threads, RuntimeInformation.FrameworkDescription);

    /// <summary>The most memory that this process has held so far, in bytes: the kernel's high-water mark where there is one.</summary>
    public static long PeakMemoryBytes()
    {
        if (FieldOf(ProcessStatus, "VmHWM") is { } mark && mark.Split(' ') is [var amount, "kB"]) return long.Parse(amount) * 1024;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    static string? FieldOf(string file, string field) => !File.Exists(file) ? null : File.ReadLines(file)
        .Where(line => line.StartsWith(field, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(':') + 1)..].Trim()).FirstOrDefault();
}
