namespace ConceptExpress.Library.Runs;

/// <summary><c>run.json</c>: what differs from run to run although the results are the same.</summary>
/// <param name="Version">Of ConceptExpress.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Date">When it began, UTC.</param>
/// <param name="Seconds">How long each phase took, in order.</param>
/// <param name="PeakMemoryBytes">The most memory that the process held.</param>
public sealed record RunRecord(string Version, MachineRecord Machine, DateTimeOffset Date, IReadOnlyDictionary<string, double> Seconds, long PeakMemoryBytes);

/// <summary>What a run was computed on.</summary>
/// <param name="System">Operating system.</param>
/// <param name="Architecture">Of the process, <c>x64</c> or <c>arm64</c>.</param>
/// <param name="Processor">Its name, where the system tells.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Device">Where torch computed: <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Threads">Of torch.</param>
/// <param name="Runtime">Of .NET.</param>
public sealed record MachineRecord(string System, string Architecture, string? Processor, int Cores, string Device, int Threads, string Runtime);
