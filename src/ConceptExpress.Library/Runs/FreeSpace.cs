using System.Globalization;

namespace ConceptExpress.Library.Runs;

/// <summary>Tells how much memory and disk space a run may still take on this machine.</summary>
static class FreeSpace
{
    const string MemoryInformation = "/proc/meminfo", Groups = "/proc/self/cgroup", GroupRoot = "/sys/fs/cgroup";
    const long Kilo = 1024;

    /// <summary>
    /// Memory in bytes that this process can still take: what the system has available, and no more than the limits of its control groups
    /// (containers, systemd) leave.
    /// </summary>
    public static long Memory()
    {
        var system = InFile(MemoryInformation, "MemAvailable:") * Kilo ?? OfRuntime();
        return Math.Max(0, Math.Min(system, OfGroups(GroupRoot, File.Exists(Groups) ? File.ReadAllLines(Groups) : [])));
    }

    /// <summary>Space in bytes on the disk of a folder that need not exist; null if the disk does not tell.</summary>
    public static long? Disk(string folder)
    {
        var existing = Existing(folder);
        try
        {
            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Full path of the nearest folder above a path, or the path itself, that exists.</summary>
    public static string Existing(string folder)
    {
        var existing = new DirectoryInfo(Path.GetFullPath(folder));
        while (!existing.Exists && existing.Parent is { } parent) existing = parent;
        return existing.FullName;
    }

    /// <summary>
    /// What the limits of control groups leave: of version 2 (<c>memory.max</c>), or of version 1 (<c>memory.limit_in_bytes</c>). A group's
    /// limit also counts for the groups in it. Cached files do not count as used, because the kernel drops them.
    /// </summary>
    /// <param name="root">Where the groups are mounted.</param>
    /// <param name="groups">The lines of <c>/proc/self/cgroup</c>.</param>
    internal static long OfGroups(string root, IReadOnlyList<string> groups)
    {
        var left = long.MaxValue;
        foreach (var line in groups)
        {
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            var (top, limit, used, cached) = controllers switch
            {
                "" => (root, "memory.max", "memory.current", "inactive_file "),
                _ when controllers.Split(',').Contains("memory") =>
                    (Path.Combine(root, "memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
                _ => default,
            };
            if (top is null) continue;
            // In a container, the path may be that of the host, and the mount the container's own group.
            for (var group = path.Trim('/'); ; group = Path.GetDirectoryName(group) ?? "")
            {
                var folder = Path.Combine(top, group);
                if (Number(Path.Combine(folder, limit)) is { } most && Number(Path.Combine(folder, used)) is { } now)
                    left = Math.Min(left, most - now + (InFile(Path.Combine(folder, "memory.stat"), cached) ?? 0));
                if (group.Length == 0) break;
            }
        }
        return left;
    }

    static long OfRuntime()
    {
        var memory = GC.GetGCMemoryInfo(GCKind.Any);
        return memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes;
    }

    static long? Number(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var number) ? number : null;

    static long? InFile(string file, string field)
    {
        if (!File.Exists(file)) return null;
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[field.Length..].Trim().Split(' ')[0], out var number) ? number : null;
    }
}
