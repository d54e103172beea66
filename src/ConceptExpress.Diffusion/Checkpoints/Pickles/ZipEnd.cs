using System.Buffers.Binary;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>The end of a zip archive, which says where its directory is. It is checked: the directory is inside the file.</summary>
/// <param name="Entries">Number of entries.</param>
/// <param name="DirectoryOffset">Offset of the directory in the file.</param>
/// <param name="DirectoryLength">Size of the directory in bytes.</param>
sealed record ZipEnd(long Entries, long DirectoryOffset, long DirectoryLength)
{
    /// <summary>Maximum size of a directory in bytes; enough for 500,000 tensors.</summary>
    const long MaxDirectoryBytes = 1 << 26;

    const int RecordBytes = 22, WideRecordBytes = 56, LocatorBytes = 20, MaxCommentBytes = ushort.MaxValue;
    const uint RecordSignature = 0x06054b50, WideRecordSignature = 0x06064b50, LocatorSignature = 0x07064b50;

    /// <exception cref="CheckpointException">There is no end of an archive, or it is damaged.</exception>
    public static ZipEnd Find(RangeFile file)
    {
        var tailStart = Math.Max(0, file.Length - RecordBytes - MaxCommentBytes);
        ReadOnlySpan<byte> tail = file.Read(tailStart, (int)(file.Length - tailStart));
        for (var at = tail.Length - RecordBytes; at >= 0; at--)
        {
            var record = tail[at..];
            // A comment may contain anything, but it must reach to the end of the file.
            if (Four(record, 0) == RecordSignature && record.Length == RecordBytes + Two(record, 20))
                return At(file, tailStart + at, record);
        }
        throw PickleRefusal.Of(file.Path, "its zip archive has no end, so it is cut off");
    }

    static ZipEnd At(RangeFile file, long position, ReadOnlySpan<byte> record)
    {
        var narrow = (Entries: (ulong)Two(record, 10), Offset: (ulong)Four(record, 16), Length: (ulong)Four(record, 12));
        if (Two(record, 4) != 0 || Two(record, 6) != 0 || Two(record, 8) != Two(record, 10))
            throw PickleRefusal.Of(file.Path, "its zip archive has several parts");
        var (wide, limit) = Wide(file, position);
        var (entries, offset, length) = wide ?? narrow;
        var agree = Agrees(narrow.Entries, ushort.MaxValue, entries) && Agrees(narrow.Offset, uint.MaxValue, offset)
            && Agrees(narrow.Length, uint.MaxValue, length);
        if (!agree) throw PickleRefusal.Of(file.Path, "its zip archive has two ends that contradict each other");
        if (length > MaxDirectoryBytes)
            throw PickleRefusal.Of(file.Path, $"its directory claims {length} bytes, more than the {MaxDirectoryBytes} allowed");
        if (offset > (ulong)limit || length > (ulong)limit - offset || entries > length)
            throw PickleRefusal.Of(file.Path, "its directory reaches beyond the file, so it is cut off or damaged");
        return new ZipEnd((long)entries, (long)offset, (long)length);
    }

    /// <summary>Reads the ZIP64 record before the end, if there is one. Also returns where the directory must end.</summary>
    static ((ulong Entries, ulong Offset, ulong Length)? End, long Limit) Wide(RangeFile file, long position)
    {
        if (position < LocatorBytes) return (null, position);
        var locator = file.Read(position - LocatorBytes, LocatorBytes);
        if (Four(locator, 0) != LocatorSignature) return (null, position);
        var at = Eight(locator, 8);
        var limit = position - LocatorBytes - WideRecordBytes;
        if (limit < 0 || at > (ulong)limit) throw PickleRefusal.Of(file.Path, "its ZIP64 record is outside of the file");
        var record = file.Read((long)at, WideRecordBytes);
        if (Four(record, 0) != WideRecordSignature || Eight(record, 24) != Eight(record, 32))
            throw PickleRefusal.Of(file.Path, "its ZIP64 record is damaged");
        return ((Eight(record, 32), Eight(record, 48), Eight(record, 40)), (long)at);
    }

    static bool Agrees(ulong narrow, ulong unknown, ulong number) => narrow == unknown || narrow == number;

    static ushort Two(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    static uint Four(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    static ulong Eight(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
