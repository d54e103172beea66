using Microsoft.Win32.SafeHandles;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>An open file of which any range can be read, from several threads at once.</summary>
sealed class RangeFile : IDisposable
{
    readonly SafeFileHandle handle;

    RangeFile(string path, SafeFileHandle handle)
    {
        Path = path;
        this.handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    /// <summary>Size in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointException">The file is missing or unreadable.</exception>
    public static RangeFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return new RangeFile(path, handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CheckpointException.Absent(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw CheckpointException.Unreadable(path, e);
        }
    }

    /// <summary>Fills <paramref name="target"/> with the bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="CheckpointException">The file ends too early or cannot be read.</exception>
    public void Read(long offset, Span<byte> target)
    {
        try
        {
            while (target.Length > 0)
            {
                var read = RandomAccess.Read(handle, target, offset);
                if (read == 0) throw PickleRefusal.Of(Path, $"it ends at byte {offset}, so it is cut off");
                target = target[read..];
                offset += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.Unreadable(Path, e);
        }
    }

    /// <summary>Returns <paramref name="count"/> bytes from <paramref name="offset"/>. Both must be inside the file.</summary>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    public void Dispose() => handle.Dispose();
}
