using System.Buffers.Binary;
using System.Text;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>A file in a zip archive, as its directory describes it.</summary>
/// <param name="Name">Name with folders, separated by '/'.</param>
/// <param name="Length">Size in bytes. Entries are stored as they are.</param>
/// <param name="HeaderOffset">Offset of the entry's own header.</param>
sealed record ZipEntry(string Name, long Length, long HeaderOffset);

/// <summary>
/// The directory of a zip archive, with or without ZIP64 (PKWARE's APPNOTE, 4.3 to 4.5). Only what torch writes is accepted: entries that
/// are stored as they are, in one file.
/// </summary>
sealed class ZipDirectory
{
    const int LocalHeaderBytes = 30;
    const uint LocalHeaderSignature = 0x04034b50;

    readonly RangeFile file;
    readonly ZipEnd end;
    readonly Dictionary<string, ZipEntry> entries;

    ZipDirectory(RangeFile file, ZipEnd end, Dictionary<string, ZipEntry> entries) =>
        (this.file, this.end, this.entries) = (file, end, entries);

    public IReadOnlyCollection<string> Names => entries.Keys;

    public ZipEntry? Find(string name) => entries.GetValueOrDefault(name);

    /// <exception cref="CheckpointException">The directory is damaged, or an entry is encrypted or compressed.</exception>
    public static ZipDirectory Read(RangeFile file)
    {
        var end = ZipEnd.Find(file);
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var rest = new ReadOnlySpan<byte>(file.Read(end.DirectoryOffset, (int)end.DirectoryLength));
        for (long i = 0; i < end.Entries; i++)
        {
            var entry = new ZipEntryReader(rest, file.Path).Read(out var length);
            if (!entries.TryAdd(entry.Name, entry)) throw PickleRefusal.Of(file.Path, $"it holds {Quoted(entry.Name)} twice");
            rest = rest[length..];
        }
        if (rest.Length > 0) throw PickleRefusal.Of(file.Path, "its directory is longer than its entries");
        return new ZipDirectory(file, end, entries);
    }

    /// <summary>Checks the entry's own header, and returns the offset of its first byte in the file.</summary>
    /// <exception cref="CheckpointException">The header is damaged, or the entry is not inside the file.</exception>
    public long Start(ZipEntry entry)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        if (entry.HeaderOffset > end.DirectoryOffset - LocalHeaderBytes - name.Length) throw Outside(entry);
        ReadOnlySpan<byte> header = file.Read(entry.HeaderOffset, LocalHeaderBytes + name.Length);
        var agrees = BinaryPrimitives.ReadUInt32LittleEndian(header) == LocalHeaderSignature
            && BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) is var flags && (flags & ZipEntryReader.UnsupportedFlags) == 0
            && BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) == ZipEntryReader.Stored
            && BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) == name.Length
            && header[LocalHeaderBytes..].SequenceEqual(name);
        if (!agrees) throw PickleRefusal.Of(file.Path, $"the header of its entry {Quoted(entry.Name)} contradicts the directory");
        var start = entry.HeaderOffset + header.Length + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        return start <= end.DirectoryOffset && entry.Length <= end.DirectoryOffset - start ? start : throw Outside(entry);
    }

    CheckpointException Outside(ZipEntry entry) =>
        PickleRefusal.Of(file.Path, $"its entry {Quoted(entry.Name)} reaches beyond the archive's data");
}
