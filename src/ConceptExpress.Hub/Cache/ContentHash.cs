using System.Security.Cryptography;
using System.Text;

namespace ConceptExpress.Hub.Cache;

/// <summary>
/// The name of a blob is a hash of its content: SHA-256 for large files (64 digits), git's SHA-1 of a blob for small ones (40 digits).
/// </summary>
static class ContentHash
{
    const int Sha256Digits = 64, Sha1Digits = 40, Buffer = 1 << 20;

    /// <summary>Whether a text can be the name of a blob that can be checked.</summary>
    public static bool IsName(string text) => text.Length is Sha256Digits or Sha1Digits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Computes the hash of a file that has as many digits as a name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name to compare with; only its length counts.</param>
    /// <param name="read">Called with numbers of bytes that were read; null to ignore them.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>Digits in lower case.</returns>
    public static string Of(string path, string name, Action<long>? read, CancellationToken stop)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1,
            FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(name.Length == Sha256Digits ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (name.Length == Sha1Digits) hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        var buffer = new byte[Buffer];
        while (stream.Read(buffer) is > 0 and var count)
        {
            stop.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
            read?.Invoke(count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
