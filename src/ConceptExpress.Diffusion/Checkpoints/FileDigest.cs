using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// SHA-256 of files, cached by path, size and time of the last change, so that gigabytes are read only once. Thread-safe.
/// </summary>
static class FileDigest
{
    static readonly ConcurrentDictionary<(string Path, long Length, DateTime Changed), byte[]> Known = new();

    /// <summary>
    /// Returns one digest of several files and their names: 64 lower-case hexadecimal digits. The order of files does not matter.
    /// </summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="files">Paths of files in this folder or below.</param>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string Of(string root, IEnumerable<string> files) =>
        Of(files.Select(Path.GetFullPath).Select(file => (Path.GetRelativePath(root, file).Replace('\\', '/'), file)));

    /// <summary>
    /// Returns one digest of several files, of the names given for them, and of <paramref name="choices"/>: 64 lower-case hexadecimal
    /// digits. The order of files does not matter.
    /// </summary>
    /// <param name="files">Each file's name in the digest, and its path.</param>
    /// <param name="choices">Text that belongs to the digest; nothing if empty.</param>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string Of(IEnumerable<(string Name, string Path)> files, string choices = "")
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var distinct = files.DistinctBy(file => file.Path, StringComparer.Ordinal);
        foreach (var (name, path) in distinct.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            hash.AppendData(Of(path));
        }
        hash.AppendData(Encoding.UTF8.GetBytes(choices));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns the SHA-256 of one file's content: 64 lower-case hexadecimal digits.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    public static string OfFile(string path) => Convert.ToHexStringLower(Of(Path.GetFullPath(path)));

    static byte[] Of(string path)
    {
        try
        {
            var info = new FileInfo(path);
            var key = (path, info.Length, info.LastWriteTimeUtc);
            if (Known.TryGetValue(key, out var known)) return known;
            using var stream = info.OpenRead();
            return Known[key] = SHA256.HashData(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.Unreadable(path, e);
        }
    }
}
