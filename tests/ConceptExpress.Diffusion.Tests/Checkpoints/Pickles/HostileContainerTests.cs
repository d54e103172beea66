using System.IO.Compression;
using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;
using static ConceptExpress.Testing.Pickles.TorchFiles;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

/// <summary>Storages, tensors and both containers that lie, are damaged, or have a form that is not supported.</summary>
public sealed class HostileContainerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Refusal(byte[] file)
    {
        var path = folder.Write("hostile.pt", file);
        var message = Assert.Throws<CheckpointException>(() => PickleFile.Open(path)).Message;
        Assert.StartsWith(path, message);
        return message;
    }

    static readonly StoredRow Six = Floats("0", 6);

    public static TheoryData<string, long, long[], long[]> WrongViews => new()
    {
        { "reaches beyond", 0, [7], [1] },
        { "reaches beyond", 1, [6], [1] },
        { "reaches beyond", 6, [], [] },
        { "reaches beyond", 7, [0], [1] },
        { "reaches beyond", 0, [2, 3], [4, 1] },
        { "reaches beyond", 0, [2], [long.MaxValue] },
        { "reaches beyond", long.MaxValue, [2], [long.MaxValue] },
        { "reaches beyond", 0, [1L << 60, 1], [long.MaxValue, long.MaxValue] },
        { "reaches beyond", 0, [2, 2, 2, 2, 2], [long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue] },
        { "negative", -1, [2], [1] },
        { "negative", 5, [2], [-1] },
        { "negative", 0, [-2], [1] },
        { "1 sizes but 2 strides", 0, [2], [1, 1] },
        { "overflows", 0, [long.MaxValue, long.MaxValue], [0, 0] },
        { "overflows", 0, [0, long.MaxValue, long.MaxValue], [0, 0, 0] },
        { "overflows", 0, [long.MaxValue / 2], [0] },
        { "repeats", 0, [1L << 40], [0] },
        { "repeats", 0, [1L << 20, 1L << 20], [0, 0] },
    };

    [Theory]
    [MemberData(nameof(WrongViews))]
    public void Tensors_OutsideOfTheirStorage_AreRefused(string fault, long offset, long[] shape, long[] strides)
    {
        var root = Dict(("a", new StoredTensor(Six, offset, shape, strides)));
        Assert.Contains(fault, Refusal(Zip(root, [Six])));
        Assert.Contains(fault, Refusal(Legacy(root, [Six])));
    }

    [Fact]
    public void Tensors_OfManyDimensions_AreRefused()
    {
        var ones = Enumerable.Repeat(1L, 65).ToArray();
        Assert.Contains("65 dimensions", Refusal(Zip(Dict(("a", new StoredTensor(Six, 0, ones, ones))), [Six])));
    }

    public static TheoryData<string, object?> WrongIds => new()
    {
        { "not a storage", 1 },
        { "not a storage", "storage" },
        { "not a storage", new object?[] { "storage", "FloatStorage", "0", "cpu", 6 } },
        { "not a storage", new object?[] { "module", new StoredName("torch", "FloatStorage"), "0", "cpu", 6 } },
        { "not a storage", new object?[] { "storage", new StoredName("torch", "float32"), "0", "cpu", 6 } },
        { "not a storage", new object?[] { "storage", new StoredName("torch", "FloatStorage"), 0, "cpu", 6 } },
        { "not a storage", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", 6.0 } },
        { "not a storage", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu" } },
        { "not a storage", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", 6, 1 } },
        { "not a storage", new List<object?> { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", 6 } },
        { "more than the file", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", -1 } },
        { "more than the file", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", long.MaxValue } },
        { "more than the file", new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cpu", 1_000_000 } },
        { "'torch.UntypedStorage'", new object?[] { "storage", new StoredName("torch", "UntypedStorage"), "0", "cpu", 6 } },
    };

    [Theory]
    [MemberData(nameof(WrongIds))]
    public void StorageIds_OfAnotherForm_AreRefused(string fault, object? id)
    {
        var pickle = Pickle(w => w.Value(id).Op(BINPERSID));
        Assert.Contains(fault, Refusal(Zip(pickle, [Six])));
        Assert.Contains(fault, Refusal(Legacy(pickle, [Six])));
    }

    [Fact]
    public void Storages_ThatDoNotAgreeWithTheTree_AreRefused()
    {
        var root = Dict(("a", Whole(Six, 6)));
        foreach (var row in new[] { Six with { Count = 5, Bytes = Six.Bytes[..20] }, Floats("0", 7) })
        {
            Assert.Contains("instead of 24", Refusal(Zip(root, [row])));
            Assert.Contains("instead of 6", Refusal(Legacy(root, [row])));
        }
        Assert.Contains("lacks the entry 'archive/data/0'", Refusal(Zip(root, [])));
        Assert.Contains("does not list the storage '0'", Refusal(Legacy(root, [])));
        Assert.Contains("no tensor refers to", Refusal(Legacy(root, [Six, Floats("1", 1)])));
        Assert.Contains("lists the storage '0' twice", Refusal(Legacy(root, [Six, Six])));
        Assert.Contains("1 bytes follow", Refusal([.. Legacy(root, [Six]), 0]));
        var twoTypes = Dict(("a", Whole(Six, 6)), ("b", Whole(Six with { Type = "IntStorage" }, 6)));
        Assert.Contains("another type or size", Refusal(Zip(twoTypes, [Six])));
    }

    [Fact]
    public void Storages_InTheHeaderOfALegacyFile_AreRefused() =>
        Assert.Contains("where none can be", Refusal([.. Pickle(w => w.Value(Six)), .. Legacy(PickleWriter.Of(null), [])]));

    [Theory]
    [InlineData("big")]
    [InlineData("")]
    [InlineData("middle")]
    public void BigEndianFiles_AreRefused(string order)
    {
        Assert.Contains("byte order", Refusal(Zip(PickleWriter.Of(null), [], order: order)));
        Assert.Contains("byte order", Refusal(Legacy(PickleWriter.Of(null), [], littleEndian: false)));
    }

    [Fact]
    public void OtherVersionsAndForms_AreRefusedByName()
    {
        Assert.Contains("version is '11'", Refusal(Zip(PickleWriter.Of(null), [], version: "11")));
        Assert.Contains("version is 'x'", Refusal(Zip(PickleWriter.Of(null), [], version: "x")));
        Assert.Contains("version is not 1001", Refusal(Legacy(PickleWriter.Of(null), [], version: 1002)));
        Assert.Contains("magic number", Refusal(PickleWriter.Of(Dict(("a", 1)))));
        Assert.Contains("neither as a zip archive nor as a pickle", Refusal("{}"u8.ToArray()));
        Assert.Contains("neither as a zip archive nor as a pickle", Refusal([]));
        var tar = new byte[1024];
        "storages"u8.CopyTo(tar);
        Assert.Contains("tar archive", Refusal(tar));
        "else"u8.CopyTo(tar);
        "\0\0\0\0"u8.CopyTo(tar.AsSpan(4));
        "ustar"u8.CopyTo(tar.AsSpan(257));
        Assert.Contains("tar archive", Refusal(tar));
    }

    [Fact]
    public void ZipArchives_OfAnotherContent_AreRefused()
    {
        byte[] Of(params string[] names)
        {
            using var stream = new MemoryStream();
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
                foreach (var name in names)
                {
                    using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                    entry.Write(PickleWriter.Of(null));
                }
            return stream.ToArray();
        }
        Assert.Contains("exactly one folder", Refusal(Of("a/other")));
        Assert.Contains("exactly one folder", Refusal(Of("data.pkl")));
        Assert.Contains("exactly one folder", Refusal(Of("a/data.pkl", "b/data.pkl")));
        Assert.Contains("TorchScript", Refusal(Of("a/data.pkl", "a/constants.pkl")));
        Assert.Contains("'a/x' twice", Refusal(Of("a/data.pkl", "a/x", "a/x")));
        using var file = PickleFile.Open(folder.Write("fine", Of("some name/data.pkl", "some name/deep/data.pkl")));
        Assert.IsType<PickleNone>(file.Root);
    }

    [Fact]
    public void CompressedOrEncryptedEntries_AreRefusedByName()
    {
        Assert.Contains("'archive/data.pkl' is compressed",
            Refusal(Zip(PickleWriter.Of(new string('a', 500)), [], level: CompressionLevel.Optimal)));
        var encrypted = Zip(PickleWriter.Of(null), []);
        var directory = encrypted.AsSpan().IndexOf("PK\x01\x02"u8);
        encrypted[directory + 8] |= 1;
        Assert.Contains("'archive/data.pkl' is encrypted", Refusal(encrypted));
    }

    [Fact]
    public void EntryHeaders_ThatContradictTheDirectory_AreRefused()
    {
        foreach (var at in new[] { 0, 6, 8, 26, 30 }) // signature, flags, method, length of the name, name
        {
            var bytes = Zip(Dict(("a", Whole(Six, 6))), [Six]);
            var header = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("archive/data/0")) - 30;
            bytes[header + at] ^= 1;
            Assert.Contains("'archive/data/0' contradicts", Refusal(bytes));
        }
    }

    [Fact]
    public void FilesThatAreCutOff_AreRefused_WhereverTheyEnd()
    {
        var root = Dict(("state_dict", new StoredOrder(("a", Whole(Six, 2, 3)), ("b", Whole(Six, 6)))), ("epoch", 3));
        foreach (var protocol in new[] { 2, 4 })
            foreach (var bytes in new[] { Zip(root, [Six], protocol), Legacy(root, [Six], protocol) })
                for (var length = 0; length < bytes.Length; length += 7) Refusal(bytes[..length]);
    }
}
