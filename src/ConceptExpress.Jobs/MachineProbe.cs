using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs;

/// <summary>Asks this machine what is free. Tests ask another one.</summary>
sealed record MachineProbe
{
    /// <summary>Memory in bytes that this process can still take.</summary>
    public Func<long> FreeMemory { get; init; } = FreeSpace.Memory;

    /// <summary>Space in bytes on the disk of a folder that need not exist; null if the disk does not tell.</summary>
    public Func<string, long?> FreeDisk { get; init; } = FreeSpace.Disk;
}
