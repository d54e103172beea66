namespace ConceptExpress.Hub.Cache;

/// <summary>Turns failures of the file system into <see cref="HubStorageException"/>s.</summary>
static class Storage
{
    const string Remedy = "free some space, or set HF_HOME to a folder on another disk that you may write";

    /// <summary>Writes something.</summary>
    /// <param name="path">What is written, for the message.</param>
    /// <param name="write">Does it.</param>
    /// <exception cref="HubStorageException">The disk is full, or the path cannot be written.</exception>
    public static void Write(string path, Action write) => Write(path, () =>
    {
        write();
        return true;
    });

    /// <inheritdoc cref="Write(string, Action)"/>
    public static T Write<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>The exception for a failed write.</summary>
    public static HubStorageException Failed(string path, Exception e) =>
        new($"{path} cannot be written ({e.Message.TrimEnd('.')}); {Remedy}.", e);

    /// <summary>Checks that a disk has room.</summary>
    /// <param name="folder">A folder that need not exist.</param>
    /// <param name="bytes">Bytes that will be written.</param>
    /// <exception cref="HubStorageException">It has not.</exception>
    public static void RequireRoom(string folder, long bytes)
    {
        var existing = new DirectoryInfo(folder);
        while (!existing.Exists && existing.Parent is { } parent) existing = parent;
        long free;
        try
        {
            free = new DriveInfo(existing.FullName).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return; // a disk that does not tell; writing will show it
        }
        if (free < bytes)
            throw new HubStorageException(
                $"{folder} has room for {ByteCount.Words(free)}, but {ByteCount.Words(bytes)} are needed; {Remedy}.");
    }
}
