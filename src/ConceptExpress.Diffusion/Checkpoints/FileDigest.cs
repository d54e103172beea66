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
    public static string Of(string root, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var named = files.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)
            .Select(file => (Path: file, Name: Path.GetRelativePath(root, file).Replace('\\', '/')));
        foreach (var (path, name) in named.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            hash.AppendData(Of(path));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

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
