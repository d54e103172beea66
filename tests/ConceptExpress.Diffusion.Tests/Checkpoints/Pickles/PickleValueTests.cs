using System.Numerics;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;
using static ConceptExpress.Testing.Pickles.TorchFiles;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

public sealed class PickleValueTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    PickleFile Open(byte[] bytes) => PickleFile.Open(folder.Write("a", bytes));

    [Fact]
    public void Root_HoldsPlainDataOfEveryKind()
    {
        var root = Dict(("none", null), ("yes", true), ("int", -70_000), ("long", 1L << 40),
            ("huge", BigInteger.Pow(7, 100)), ("float", 0.1), ("text", "ä 🙂"),
            ("list", new List<object?> { 1, new List<object?>() }), ("tuple", new object?[] { 1, 2, 3, 4 }),
            ("size", new StoredCall(new("torch", "Size"), [new object?[] { 5, 6 }])), ("type", new StoredName("torch", "float16")));
        foreach (var protocol in new[] { 2, 4 })
        {
            using var file = Open(Zip(root, [], protocol));
            var tree = Assert.IsType<PickleDict>(file.Root);
            Assert.IsType<PickleNone>(tree["none"]);
            Assert.Equal(new PickleBoolean(true), tree["yes"]);
            Assert.Equal(new PickleInteger(-70_000), tree["int"]);
            Assert.Equal(new PickleInteger(1L << 40), tree["long"]);
            Assert.Equal(new PickleInteger(BigInteger.Pow(7, 100)), tree["huge"]);
            Assert.Equal(new PickleFloat(0.1), tree["float"]);
            Assert.Equal(new PickleText("ä 🙂"), tree["text"]);
            Assert.Equal(2, Assert.IsType<PickleList>(tree["list"]).Items.Count);
            Assert.Equal(new PickleInteger(4), Assert.IsType<PickleList>(tree["tuple"]).Items[3]);
            Assert.Equal(new PickleInteger(6), Assert.IsType<PickleList>(tree["size"]).Items[1]);
            Assert.Equal(new PickleInert("torch.float16"), tree["type"]);
            Assert.Null(tree["absent"]);
        }
    }

    /// <summary>The embedding file of the first program: the vectors are the entries of a torch module.</summary>
    [Fact]
    public void Root_OfAnEmbeddingFile_LeadsToItsVectors()
    {
        var row = Floats("0", 6);
        var state = Dict(("training", true), ("_parameters", new StoredOrder(("*", Whole(row, 2, 3) with { IsParameter = true }))),
            ("_buffers", new StoredOrder()), ("_non_persistent_buffers_set",
                new StoredCall(new("__builtin__", "set"), [new List<object?>()])));
        var parameters = new StoredCall(new("torch.nn.modules.container", "ParameterDict"), [], state, IsNew: true);
        using var file = Open(Zip(Dict(("string_to_token", Dict(("*", 265))), ("string_to_param", parameters)), [row]));
        var (name, vector) = Assert.Single(((PickleDict)((PickleDict)file.Root)["string_to_param"]!).Tensors);
        Assert.Equal("*", name);
        using var read = file.Read(vector);
        Assert.Equal([1f, 2, 3, 4, 5, 6], read.data<float>().ToArray());
        Assert.Equal([2, 3], read.shape);
    }

    /// <summary>What a training leaves in a checkpoint besides tensors: classes as keys, numbers of numpy, settings.</summary>
    [Fact]
    public void Root_KeepsOnlyTheNames_OfObjectsThatAreNotNeeded()
    {
        var row = Floats("0", 1);
        var checkpoint = new StoredName("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint");
        var kind = new StoredCall(new("numpy", "dtype"), ["f8", 0, 1], new object?[] { 3, "<", null, null, null, -1, -1, 0 });
        var bytes = new StoredCall(new("_codecs", "encode"), ["\0\0ð?", "latin1"]);
        var number = new StoredCall(new("numpy.core.multiarray", "scalar"), [kind, bytes]);
        var root = Dict(("callbacks", new StoredOrder((checkpoint, Dict(("best", number))))),
            ("hyper_parameters", new StoredCall(new("argparse", "Namespace"), [], Dict(("lr", 0.1)), IsNew: true)),
            ("state_dict", new StoredOrder(("w", Whole(row, 1)))));
        using var file = Open(Legacy(root, [row]));
        var tree = (PickleDict)file.Root;
        var callback = Assert.Single(Assert.IsType<PickleDict>(tree["callbacks"]).Entries);
        Assert.Equal(new PickleInert("pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"), callback.Key);
        Assert.Equal(new PickleInert("numpy.core.multiarray.scalar"), ((PickleDict)callback.Value)["best"]);
        Assert.Equal(new PickleInert("argparse.Namespace"), tree["hyper_parameters"]);
        Assert.Equal(["w"], file.Names);
    }

    [Fact]
    public void Attributes_OfAnOrderedDict_AreDropped()
    {
        var row = Floats("0", 1);
        var pairs = new List<object?> { new List<object?> { "w", Whole(row, 1) } }; // as Python 2 writes it
        var attributes = Dict(("_metadata", new StoredOrder(("", Dict(("version", 1))))));
        var state = new StoredCall(new("collections", "OrderedDict"), [pairs], attributes);
        using var file = Open(Zip(state, [row]));
        Assert.Equal("w", Assert.Single(file.Names));
        Assert.Single(((PickleDict)file.Root).Entries);
    }

    [Fact]
    public void Opcodes_ThatAreRare_PushTheirValues()
    {
        void Pushes(PickleValue expected, Func<PickleWriter, PickleWriter> body)
        {
            using var file = Open(Zip(Pickle(body), []));
            Assert.Equal(expected, file.Root);
        }
        Pushes(new PickleInteger(-12), w => w.Op(INT, [.. "-12\n"u8]));
        Pushes(new PickleBoolean(true), w => w.Op(INT, [.. "01\n"u8]));
        Pushes(new PickleInteger(0), w => w.Op(LONG1, 0));
        Pushes(new PickleInteger(-256), w => w.Op(LONG4, 2, 0, 0, 0, 0, 255));
        Pushes(new PickleText("aä🙂\\"), w => w.Op(UNICODE, [.. "a\\u00e4\\U0001F642\\\n"u8]));
        Pushes(new PickleText("ab"), w => w.Op(SHORT_BINSTRING, 2, (byte)'a', (byte)'b'));
        Pushes(new PickleText("a"), w => w.Op(BINSTRING, 1, 0, 0, 0, (byte)'a'));
        Pushes(new PickleText("a"), w => w.Op(BINUNICODE8, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'a'));
        Pushes(PickleInert.Bytes, w => w.Op(SHORT_BINSTRING, 1, 255));
        Pushes(PickleInert.Bytes, w => w.Op(SHORT_BINBYTES, 1, 255));
        Pushes(PickleInert.Bytes, w => w.Op(BINBYTES, 1, 0, 0, 0, 255));
        Pushes(PickleInert.Bytes, w => w.Op(BINBYTES8, 1, 0, 0, 0, 0, 0, 0, 0, 255));
        Pushes(new PickleInteger(5), w => w.Value(5).Op(PUT, [.. "7\n"u8]).Op(POP).Op(GET, [.. "7\n"u8]));
        Pushes(new PickleInteger(5), w => w.Value(5).Op(MARK).Value(1).Op(POP_MARK).Op(MARK).Op(POP));
    }

    [Fact]
    public void StorageIds_OfTheLegacyForm_MayHaveASixthElement()
    {
        var row = Floats("0", 2);
        var id = new object?[] { "storage", new StoredName("torch", "FloatStorage"), "0", "cuda:0", 2, null };
        using var file = Open(Legacy(Pickle(w => w.Value(id).Op(BINPERSID)), [row]));
        Assert.Equal(new PickleInert("storage"), file.Root);
    }

    [Fact]
    public void Sets_AreLists()
    {
        var bytes = Zip(Pickle(w => w.Op(EMPTY_SET).Op(MARK).Value(1).Value(2).Op(ADDITEMS)), []);
        using var file = Open(bytes);
        Assert.Equal([new PickleInteger(1), new PickleInteger(2)], Assert.IsType<PickleList>(file.Root).Items);
    }
}
