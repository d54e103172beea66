using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// Reads the bytes of pickles forwards, and limits how much they may be and do. Nothing is allocated for a length that the file does not
/// have.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="start">Offset of the first byte.</param>
/// <param name="end">Offset after the last byte that may be read.</param>
sealed class PickleCursor(RangeFile file, long start, long end)
{
    /// <summary>Maximum number of operations of one pickle. A tensor takes about 40.</summary>
    public const int MaxOperations = 2_000_000;

    /// <summary>Maximum length of one pickle without its storages, in bytes.</summary>
    public const long MaxBytes = 1 << 26;

    const int MaxLineBytes = 512;
    const int BufferBytes = 1 << 12;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly byte[] buffer = new byte[BufferBytes];
    int at, filled;
    long read = start, pickle = start, operation = start;
    long operations;
    PickleOpcode opcode;

    /// <summary>Path of the file, for messages.</summary>
    public string Path => file.Path;

    /// <summary>Size of the whole file in bytes.</summary>
    public long FileLength => file.Length;

    /// <summary>Offset in the file of the next byte.</summary>
    public long Position => read - filled + at;

    /// <summary>Number of bytes that follow.</summary>
    public long Remaining => end - Position;

    /// <summary>Begins another pickle here, with new limits.</summary>
    public void BeginPickle() => (pickle, operations) = (Position, 0);

    /// <summary>Reads the next opcode, which messages will name.</summary>
    public PickleOpcode Opcode()
    {
        operation = Position;
        opcode = 0;
        if (Remaining == 0) throw PickleRefusal.Of(Path, $"its pickle ends at byte {Position} without the opcode STOP, so it is cut off");
        opcode = (PickleOpcode)Byte();
        Spend(1);
        return opcode;
    }

    /// <summary>Counts work or memory that the pickle asks for.</summary>
    public void Spend(long count)
    {
        operations += count;
        if (operations > MaxOperations) throw Refusal($"is beyond the {MaxOperations} operations allowed");
    }

    public byte Byte()
    {
        Span<byte> one = stackalloc byte[1];
        Fill(one);
        return one[0];
    }

    public uint Little(int bytes)
    {
        Span<byte> four = stackalloc byte[sizeof(uint)];
        Fill(four[..bytes]);
        return BinaryPrimitives.ReadUInt32LittleEndian(four);
    }

    public ulong Little8()
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        Fill(eight);
        return BinaryPrimitives.ReadUInt64LittleEndian(eight);
    }

    public double BigDouble()
    {
        Span<byte> eight = stackalloc byte[sizeof(double)];
        Fill(eight);
        return BinaryPrimitives.ReadDoubleBigEndian(eight);
    }

    public BigInteger Long(uint bytes)
    {
        const int longest = 1024;
        if (bytes > longest) throw Refusal($"has a number of {bytes} bytes, more than the {longest} allowed");
        return new BigInteger(Bytes(bytes));
    }

    /// <summary>Reads UTF-8. Returns null if it is not.</summary>
    public string? Text(ulong bytes)
    {
        try
        {
            return Utf8.GetString(Bytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Reads text up to the next line feed, which is not part of it.</summary>
    public string Line()
    {
        Span<byte> line = stackalloc byte[MaxLineBytes];
        for (var length = 0; length < MaxLineBytes; length++)
        {
            line[length] = Byte();
            if (line[length] != '\n') continue;
            var text = line[..length];
            return System.Text.Ascii.IsValid(text) ? Encoding.ASCII.GetString(text) : throw Refusal("has a line that is not ASCII text");
        }
        throw Refusal($"has a line of more than {MaxLineBytes} bytes");
    }

    public byte[] Bytes(ulong count)
    {
        RequireRemaining(count);
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    public void Skip(ulong count)
    {
        RequireRemaining(count);
        if (count <= (ulong)(filled - at))
        {
            at += (int)count;
            return;
        }
        (read, at, filled) = (Position + (long)count, 0, 0);
    }

    /// <summary>Requires that so many bytes follow and are within the limit of one pickle.</summary>
    public void RequireRemaining(ulong count)
    {
        if (count > (ulong)Remaining) throw Refusal($"needs {count} bytes, but only {Remaining} follow, so the file is cut off or damaged");
        if (Position + (long)count - pickle > MaxBytes) throw Refusal($"is beyond the {MaxBytes} bytes allowed for a pickle");
    }

    void Fill(Span<byte> target)
    {
        RequireRemaining((ulong)target.Length);
        while (target.Length > 0)
        {
            if (at == filled) Refill();
            var taken = Math.Min(target.Length, filled - at);
            buffer.AsSpan(at, taken).CopyTo(target);
            target = target[taken..];
            at += taken;
        }
    }

    void Refill()
    {
        (at, filled) = (0, (int)Math.Min(BufferBytes, end - read));
        file.Read(read, buffer.AsSpan(0, filled));
        read += filled;
    }

    /// <summary>Returns the exception for the opcode that was read last.</summary>
    public CheckpointException Refusal(string problem) => PickleRefusal.Of(Path, $"{Place} {problem}");

    /// <summary>Returns the exception for an opcode that asks for something that is never done.</summary>
    public CheckpointException Unneeded(string problem) => PickleRefusal.Unneeded(Path, $"{Place} {problem}");

    string Place => $"the opcode {(Enum.IsDefined(opcode) ? opcode.ToString() : Quoted($"0x{(byte)opcode:x2}"))} at byte {operation}";
}
