namespace ConceptExpress.Imaging;

/// <summary>Reads the bytes of a picture file, once, with clear messages if that fails.</summary>
static class ImageFile
{
    /// <summary>Returns all bytes of the file, at most <paramref name="limit"/>.</summary>
    /// <exception cref="ImageException">The file is missing, is a folder, is not readable, or is larger than the limit.</exception>
    internal static byte[] ReadBytes(string path, int limit)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) throw new ImageException($"'{path}' is a folder; name one picture file in it.");
        try
        {
            using var file = Open(path);
            return ReadAll(file, path, limit);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new ImageException($"There is no file '{path}'; check the name and the folder.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ImageException(
                $"'{path}' may not be read by this user; change its permissions or copy it elsewhere.", error);
        }
        catch (IOException error)
        {
            throw new ImageException(
                $"'{path}' cannot be read ({error.Message.TrimEnd('.')}); close other programs that use it, or copy it to a local disk.",
                error);
        }
    }

    static FileStream Open(string path)
    {
        if (OperatingSystem.IsLinux() && OddNames.MayBe(path) && !File.Exists(path) && OddNames.Open(path) is { } odd) return odd;
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    // A pipe has no length, and a file may grow meanwhile, so the limit is also checked against the bytes that arrive.
    static byte[] ReadAll(FileStream file, string path, int limit)
    {
        var announced = file.CanSeek ? file.Length : 0;
        if (announced > limit) throw TooLarge(path, limit);
        var bytes = new byte[announced];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var block = new byte[1 << 16];
        for (int read; (read = file.Read(block)) > 0; length += read)
        {
            if (length + read > limit) throw TooLarge(path, limit);
            if (length + read > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(limit, 2L * (length + read)));
            block.AsSpan(0, read).CopyTo(bytes.AsSpan(length));
        }
        Array.Resize(ref bytes, length);
        return bytes;
    }

    static ImageException TooLarge(string path, int limit) =>
        new($"'{path}' is larger than the limit of {limit / 1e6:0.#} MB for one picture; save a smaller version of it.");
}
