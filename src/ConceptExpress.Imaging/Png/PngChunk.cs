using System.Buffers.Binary;
using System.IO.Hashing;

namespace ConceptExpress.Imaging;

/// <summary>
/// Reads and writes the chunks of a PNG file, which has a signature and then chunks of length, type, data and CRC (W3C PNG specification,
/// "Datastream structure").
/// </summary>
static class PngChunk
{
    const int HeaderLength = 8;
    const int CrcLength = 4;

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes one chunk. <paramref name="type"/> is its name, four letters.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, data.Length);
        type.CopyTo(header[4..]);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        Span<byte> crc = stackalloc byte[CrcLength];
        BinaryPrimitives.WriteUInt32BigEndian(crc, checksum.GetCurrentHashAsUInt32());

        stream.Write(header);
        stream.Write(data);
        stream.Write(crc);
    }

    /// <summary>
    /// Removes the first chunk from <paramref name="rest"/> and returns its parts; returns false if no complete chunk is left. The CRC is
    /// not checked.
    /// </summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = [];
        if (rest.Length < HeaderLength + CrcLength) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - HeaderLength - CrcLength) return false;
        type = rest[4..HeaderLength];
        data = rest.Slice(HeaderLength, (int)length);
        rest = rest[(HeaderLength + (int)length + CrcLength)..];
        return true;
    }
}
