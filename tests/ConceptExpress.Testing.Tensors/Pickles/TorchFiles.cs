using System.IO.Compression;
using System.Numerics;
using System.Text;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;
using static TorchSharp.torch;

namespace ConceptExpress.Testing.Pickles;

/// <summary>Makes files in both forms of torch.save.</summary>
internal static class TorchFiles
{
    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    /// <summary>A row of the elements 1, 2, 3, ...</summary>
    public static StoredRow Floats(string key, int count) =>
        new("FloatStorage", key, count, [.. Enumerable.Range(1, count).SelectMany(i => BitConverter.GetBytes((float)i))]);

    /// <summary>A vector or scalar that is a whole row.</summary>
    public static StoredTensor Whole(StoredRow row, params long[] shape)
    {
        var strides = new long[shape.Length];
        long stride = 1;
        for (var d = shape.Length - 1; d >= 0; d--) (strides[d], stride) = (stride, stride * shape[d]);
        return new StoredTensor(row, 0, shape, strides);
    }

    public static Dictionary<string, object?> Dict(params (string Key, object? Value)[] entries) =>
        entries.ToDictionary(entry => entry.Key, entry => entry.Value);

    public static byte[] Zip(object? root, StoredRow[] rows, int protocol = 2) => Zip(PickleWriter.Of(root, protocol), rows);

    public static byte[] Zip(byte[] pickle, StoredRow[] rows, string folder = "archive", string order = "little", string version = "3\n",
        CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, byte[] content)
            {
                using var entry = zip.CreateEntry($"{folder}/{name}", level).Open();
                entry.Write(content);
            }
            Add("data.pkl", pickle);
            Add("byteorder", Encoding.ASCII.GetBytes(order));
            foreach (var row in rows) Add($"data/{row.Key}", row.Bytes);
            Add("version", Encoding.ASCII.GetBytes(version));
        }
        return stream.ToArray();
    }

    public static byte[] Legacy(object? root, StoredRow[] rows, int protocol = 2) =>
        Legacy(PickleWriter.Of(root, protocol), rows, protocol);

    public static byte[] Legacy(byte[] pickle, StoredRow[] rows, int protocol = 2, bool littleEndian = true, int version = 1001)
    {
        var system = Dict(("protocol_version", 1001), ("little_endian", littleEndian),
            ("type_sizes", Dict(("short", 2), ("int", 4), ("long", 4))));
        var keys = rows.Select(row => (object?)row.Key).ToList();
        return
        [
            .. PickleWriter.Of(Magic, protocol), .. PickleWriter.Of(version, protocol), .. PickleWriter.Of(system, protocol),
            .. pickle, .. PickleWriter.Of(keys, protocol),
            .. rows.SelectMany(row => (byte[])[.. BitConverter.GetBytes(row.Count), .. row.Bytes]),
        ];
    }

    /// <summary>The name of the class of torch that stores numbers of a type.</summary>
    public static string StorageOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => "FloatStorage",
        ScalarType.Float16 => "HalfStorage",
        ScalarType.Int64 => "LongStorage",
        _ => throw new ArgumentException($"{type} has no storage here."),
    };

    /// <summary>Writes a zip file row by row, so that it may be larger than the memory.</summary>
    public static void WriteZip(string path, object? root, IEnumerable<(string Key, byte[] Bytes)> rows)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        void Add(string name, byte[] content)
        {
            using var entry = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
        Add("data.pkl", PickleWriter.Of(root));
        Add("byteorder", "little"u8.ToArray());
        foreach (var (key, bytes) in rows) Add($"data/{key}", bytes);
        Add("version", "3\n"u8.ToArray());
    }

    /// <summary>A pickle of protocol 2 with a body of one's own.</summary>
    public static byte[] Pickle(Func<PickleWriter, PickleWriter> body, bool stop = true)
    {
        var writer = body(new PickleWriter().Op(PROTO, 2));
        return (stop ? writer.Op(STOP) : writer).ToArray();
    }
}
