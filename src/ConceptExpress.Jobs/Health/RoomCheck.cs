using ConceptExpress.Hub;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs.Health;

/// <summary>Checks that there is room: memory, and folders that can be written.</summary>
/// <param name="machine">Tells what is free.</param>
sealed class RoomCheck(MachineProbe machine)
{
    // What the embedded checkpoint needs; results of one extraction take less than the lower bound of disk space.
    const long MinMemory = 1_000_000_000, MinDisk = 50_000_000, ComfortableDisk = 1_000_000_000;
    const int Sample = 64 * 1024;

    /// <summary>Free memory.</summary>
    public Finding OfMemory() => machine.FreeMemory() is var free && free < MinMemory
        ? Finding.Problem(HealthArea.Memory, $"only {ByteCount.Words(free)} of memory are free, less than the embedded checkpoint needs "
            + $"({ByteCount.Words(MinMemory)})", "end other programs, or raise the memory limit of the container")
        : Finding.Ok(HealthArea.Memory, $"{ByteCount.Words(free)} of memory are free");

    /// <summary>A folder: space on its disk, and whether a file can be written there.</summary>
    /// <param name="what">What the folder is for.</param>
    /// <param name="folder">Path of a folder that need not exist.</param>
    public Finding OfFolder(string what, string folder)
    {
        var full = Path.GetFullPath(folder);
        if (Fault(FreeSpace.Existing(full)) is { } fault)
            return Finding.Problem(HealthArea.Disk, $"{full} ({what}) cannot be written ({fault})",
                "free some space, or use a folder that you may write");
        if (machine.FreeDisk(full) is not { } free) return Finding.Ok(HealthArea.Disk, $"{full} ({what}) can be written");
        var found = $"{full} ({what}) has {ByteCount.Words(free)} of free space";
        return free switch
        {
            < MinDisk => Finding.Problem(HealthArea.Disk, found, "free some space, or use a folder on another disk"),
            < ComfortableDisk => Finding.Warning(HealthArea.Disk, found, "free some space before you download or train a checkpoint"),
            _ => Finding.Ok(HealthArea.Disk, found),
        };
    }

    static string? Fault(string folder)
    {
        var file = Path.Combine(folder, $".conceptexpress-{Guid.NewGuid():N}");
        try
        {
            try
            {
                File.WriteAllBytes(file, new byte[Sample]);
                return null;
            }
            finally
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
