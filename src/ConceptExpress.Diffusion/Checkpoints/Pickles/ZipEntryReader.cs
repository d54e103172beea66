using System.Buffers.Binary;
using System.Text;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>Reads one entry at the start of a part of a zip archive's directory.</summary>
readonly ref struct ZipEntryReader(ReadOnlySpan<byte> directory, string path)
{
    /// <summary>The only supported method of compression: none.</summary>
    public const int Stored = 0;

    /// <summary>Flags of encryption (bits 0, 6, 13) and patches (bit 5).</summary>
    public const int UnsupportedFlags = Encrypted | 1 << 5;

    const int Encrypted = 1 | 1 << 6 | 1 << 13;
    const int HeaderBytes = 46;
    const uint Signature = 0x02014b50;
    const ushort Zip64Field = 1;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> directory = directory;
    readonly string path = path;

    /// <param name="length">Number of bytes that the entry takes in the directory.</param>
    public ZipEntry Read(out int length)
    {
        if (directory.Length < HeaderBytes || Four(0) != Signature) throw PickleRefusal.Of(path, "its directory is damaged");
        length = HeaderBytes + Two(28) + Two(30) + Two(32);
        if (directory.Length < length) throw PickleRefusal.Of(path, "its directory is damaged");
        var name = Name(directory.Slice(HeaderBytes, Two(28)));
        if ((Two(8) & Encrypted) != 0) throw Unsupported(name, "is encrypted");
        if ((Two(8) & UnsupportedFlags) != 0) throw Unsupported(name, "is a patch");
        if (Two(10) != Stored) throw Unsupported(name, "is compressed, which torch.save never does");

        var extra = directory.Slice(HeaderBytes + Two(28), Two(30));
        var wide = Wide(extra);
        // The wide numbers are only there for those that do not fit, in this order.
        var size = Number(Four(24), ref wide, name);
        var storedSize = Number(Four(20), ref wide, name);
        var offset = Number(Four(42), ref wide, name);
        if (size != storedSize) throw Unsupported(name, "has two different sizes");
        return new ZipEntry(name, size, offset);
    }

    string Name(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw PickleRefusal.Of(path, "it has an entry whose name is not UTF-8 text", e);
        }
    }

    static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var field = extra[4..];
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), field.Length);
            if (id == Zip64Field) return field[..length];
            extra = field[length..];
        }
        return [];
    }

    long Number(uint narrow, ref ReadOnlySpan<byte> wide, string name)
    {
        if (narrow != uint.MaxValue) return narrow;
        if (wide.Length < sizeof(ulong)) throw Unsupported(name, "lacks its ZIP64 sizes");
        var number = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[sizeof(ulong)..];
        return number <= long.MaxValue ? (long)number : throw Unsupported(name, "has a size that overflows");
    }

    CheckpointException Unsupported(string name, string problem) => PickleRefusal.Of(path, $"its entry {Quoted(name)} {problem}");

    int Two(int at) => BinaryPrimitives.ReadUInt16LittleEndian(directory[at..]);

    uint Four(int at) => BinaryPrimitives.ReadUInt32LittleEndian(directory[at..]);
}
