using System.Buffers.Binary;
using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Testing.Pickles.TorchFiles;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

/// <summary>Archives with ZIP64 sizes, and what torch's own writer does: sizes after the data, padding before it.</summary>
public sealed class Zip64Tests : IDisposable
{
    const uint Unknown = uint.MaxValue;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Writes an archive with ZIP64 numbers everywhere. An entry begins at its offset; holes are not written.</summary>
    static void Write(Stream stream, params (string Name, long At, byte[] Bytes)[] entries)
    {
        var directory = new MemoryStream();
        foreach (var (name, at, bytes) in entries)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            stream.Position = at;
            byte[] padding = [(byte)'F', (byte)'B', 5, 0, 0, 0, 0, 0, 0];
            stream.Write([.. Four(0x04034b50), .. Two(45, 0x0808, 0, 0, 0), .. Four(0, 0, 0), .. Two(utf8.Length, padding.Length),
                .. utf8, .. padding, .. bytes]);
            directory.Write([.. Four(0x02014b50), .. Two(45, 45, 0x0808, 0, 0, 0), .. Four(0, Unknown, Unknown),
                .. Two(utf8.Length, 9 + 28, 0, 0, 0), .. Four(0, Unknown), .. utf8, .. padding, .. Two(1, 24),
                .. Eight(bytes.Length, bytes.Length, at)]);
        }
        var start = stream.Position;
        stream.Write([.. directory.ToArray(), .. Four(0x06064b50), .. Eight(44), .. Two(45, 45), .. Four(0, 0),
            .. Eight(entries.Length, entries.Length, directory.Length, start), .. Four(0x07064b50, 0), .. Eight(start + directory.Length),
            .. Four(1, 0x06054b50), .. Two(0, 0, 0xffff, 0xffff), .. Four(Unknown, Unknown), .. Two(0)]);
    }

    static byte[] Two(params int[] numbers) => [.. numbers.SelectMany(number => BitConverter.GetBytes((ushort)number))];

    static byte[] Four(params uint[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    static byte[] Eight(params long[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    static readonly StoredRow Row = Floats("0", 3);
    static readonly byte[] Tree = PickleWriter.Of(Dict(("a", Whole(Row, 3))));

    [Fact]
    public void Read_ReachesBeyondFourGigabytes()
    {
        using (var stream = File.Create(folder["a"])) // a sparse file: mostly a hole on the disk
            Write(stream, ("archive/data.pkl", 0, Tree), ("archive/data/0", 5_000_000_000, Row.Bytes));
        using var file = PickleFile.Open(folder["a"]);
        using var read = file.Read("a");
        Assert.Equal([1f, 2, 3], read.data<float>().ToArray());
        Assert.InRange(file["a"].Offset, 5_000_000_000, 5_000_000_100);
    }

    [Fact]
    public void Numbers_ThatLie_AreRefused()
    {
        using var stream = new MemoryStream();
        Write(stream, ("archive/data.pkl", 0, Tree), ("archive/data/0", 500, Row.Bytes));
        var bytes = stream.ToArray();
        var end = bytes.AsSpan().IndexOf("PK\x06\x06"u8);
        var extra = bytes.AsSpan().LastIndexOf((byte[])[1, 0, 24, 0]) + 4;
        using (var right = PickleFile.Open(folder.Write("right", bytes))) Assert.Single(right.Names);

        // Entries, size and offset of the directory; offset of the record; sizes and offset of an entry.
        foreach (var at in new[] { end + 24, end + 32, end + 40, end + 48, end + 64, extra, extra + 8, extra + 16 })
        {
            var next = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)) + 1;
            foreach (var lie in new[] { long.MaxValue, long.MinValue, -1, 1L << 40, next })
            {
                var wrong = bytes.ToArray();
                BinaryPrimitives.WriteInt64LittleEndian(wrong.AsSpan(at), lie);
                var path = folder.Write("wrong", wrong);
                Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => PickleFile.Open(path)).Message);
            }
        }
    }
}
