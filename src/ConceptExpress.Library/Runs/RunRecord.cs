using System.Text.Json.Serialization;

namespace ConceptExpress.Library.Runs;

/// <summary>The content of <c>run.json</c>: everything that may differ between two runs with the same results.</summary>
/// <param name="Version">The version of ConceptExpress.</param>
/// <param name="Machine">The machine that the run used.</param>
/// <param name="Date">The start of the run, UTC.</param>
/// <param name="Seconds">The duration of each phase in seconds, in the order of the phases.</param>
/// <param name="PeakMemoryBytes">The peak memory of the process, in bytes.</param>
/// <param name="Estimate">What was expected once the concepts were located; null, and not written, if nothing was estimated.</param>
sealed record RunRecord(string Version, MachineRecord Machine, DateTimeOffset Date, IReadOnlyDictionary<string, double> Seconds,
    long PeakMemoryBytes, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EstimateRecord? Estimate = null);

/// <summary>The expected time and memory of a run. It does not count reading the checkpoint.</summary>
/// <param name="Concepts">The number of concepts.</param>
/// <param name="Seconds">The expected duration of each phase in seconds.</param>
/// <param name="PeakMemoryBytes">The expected peak memory: of the process, or of the graphics card that computes.</param>
sealed record EstimateRecord(int Concepts, IReadOnlyDictionary<string, double> Seconds, long PeakMemoryBytes)
{
    /// <summary>The expected duration of all phases.</summary>
    [JsonIgnore]
    public double TotalSeconds => Seconds.Values.Sum();
}

/// <summary>The machine of a run.</summary>
/// <param name="System">The operating system and its version.</param>
/// <param name="Architecture">The architecture of the process, <c>x64</c> or <c>arm64</c>.</param>
/// <param name="Processor">The name of the processor; null if the system does not report it.</param>
/// <param name="Cores">The number of logical processors.</param>
/// <param name="Device">The device of torch, <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Threads">The number of threads of torch.</param>
/// <param name="Runtime">The version of .NET.</param>
sealed record MachineRecord(string System, string Architecture, string? Processor, int Cores, string Device, int Threads, string Runtime);
