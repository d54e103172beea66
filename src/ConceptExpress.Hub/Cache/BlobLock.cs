namespace ConceptExpress.Hub.Cache;

/// <summary>
/// Lets one program at a time write a blob. The file is the one that Hugging Face's programs lock, in a way that they respect on Unix. The
/// OS releases it when the process exits, even on a crash. The file stays, because deleting it would let two programs lock two files of the
/// same name.
/// </summary>
sealed class BlobLock : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly FileStream file;

    BlobLock(FileStream file) => this.file = file;

    /// <summary>Waits until no other program writes the blob, and locks it.</summary>
    /// <param name="path">Path of the lock's file.</param>
    /// <param name="waiting">Called once if another program has the lock.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="HubStorageException">The file cannot be written.</exception>
    public static async Task<BlobLock> Take(string path, Action waiting, CancellationToken stop)
    {
        for (var waited = false; ; waited = true)
        {
            if (Storage.Write(path, () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return TryOpen(path);
            }) is { } held)
                return new BlobLock(held);
            if (!waited) waiting();
            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Whether another holds the lock.</summary>
    public static bool IsHeld(string path)
    {
        using var file = TryOpen(path);
        return file is null;
    }

    static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => file.Dispose();
}
