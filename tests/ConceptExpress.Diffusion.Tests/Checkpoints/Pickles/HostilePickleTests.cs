using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;
using static ConceptExpress.Testing.Pickles.TorchFiles;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

/// <summary>Pickles that attack, lie or are wrong. Each is refused in one sentence that names the file, the opcode and the fault.</summary>
public sealed class HostilePickleTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Refusal(byte[] file)
    {
        var path = folder.Write("hostile.pt", file);
        var message = Assert.Throws<CheckpointException>(() => PickleFile.Open(path)).Message;
        Assert.StartsWith(path, message);
        Assert.EndsWith("safetensors version.", message);
        Assert.InRange(message.Length, 1, 500 + path.Length);
        return message;
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("builtins", "__import__")]
    [InlineData("builtins", "set.__class__")]
    [InlineData("importlib", "import_module")]
    [InlineData("runpy", "run_path")]
    [InlineData("sys", "modules")]
    [InlineData("pickle", "loads")]
    [InlineData("torch", "load")]
    [InlineData("torch", "FloatStorage.from_file")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch.hub", "load")]
    [InlineData("numpy", "load")]
    [InlineData("numpy.core.multiarray", "fromfile")]
    [InlineData("argparse", "FileType")]
    [InlineData("collections", "namedtuple")]
    [InlineData("", "")]
    public void Names_OutsideOfTheWhiteList_AreRefused(string module, string name)
    {
        foreach (var protocol in new[] { 2, 4 })
        {
            var call = new StoredCall(new(module, name), ["touch /tmp/x"]);
            var nested = Dict(("a", new List<object?> { new object?[] { call } }));
            foreach (var root in new object?[] { call, new StoredName(module, name), nested })
            {
                var message = Refusal(Zip(root, [], protocol));
                Assert.Contains($"'{module}.{name}'", message);
                Assert.Contains(protocol == 2 ? "GLOBAL" : "STACK_GLOBAL", message);
                Assert.Contains("was not run", message);
                Assert.Contains($"'{module}.{name}'", Refusal(Legacy(root, [], protocol)));
            }
        }
    }

    [Fact]
    public void Names_FromTheMemo_AreRefusedToo()
    {
        var pickle = Pickle(w => w.Value("system").Value("os").Op(POP).Op(POP).Op(BINGET, 1).Op(BINGET, 0).Op(STACK_GLOBAL));
        var message = Refusal(Zip(pickle, []));
        Assert.Contains("STACK_GLOBAL at byte", message);
        Assert.Contains("'os.system'", message);
        Assert.Contains("not a text", Refusal(Zip(Pickle(w => w.Value("os").Value(1).Op(STACK_GLOBAL)), [])));
    }

    [Fact]
    public void Names_InTheHeaderOfALegacyFile_AreRefused() =>
        Assert.Contains("'os.system'", Refusal(
            [.. PickleWriter.Of(new StoredCall(new("os", "system"), ["x"])), .. Legacy(PickleWriter.Of(null), [])]));

    [Theory]
    [InlineData(nameof(INST), "ios\nsystem\n")]
    [InlineData(nameof(OBJ), "(cos\nsystem\no")]
    [InlineData(nameof(OBJ), "(o")]
    [InlineData(nameof(EXT1), "\x82\x01")]
    [InlineData(nameof(EXT2), "\x83\x01\x00")]
    [InlineData(nameof(EXT4), "\x84\x01\x00\x00\x00")]
    [InlineData(nameof(PERSID), "P0\n")]
    [InlineData(nameof(STRING), "S'a'\n")]
    [InlineData(nameof(FLOAT), "F1\n")]
    [InlineData(nameof(LONG), "L1L\n")]
    [InlineData(nameof(NEWOBJ_EX), "ccollections\nOrderedDict\n)}\x92")]
    [InlineData(nameof(FROZENSET), "(\x91")]
    [InlineData(nameof(NEXT_BUFFER), "\x97")]
    [InlineData(nameof(BYTEARRAY8), "\x96\0\0\0\0\0\0\0\0")]
    public void Opcodes_ThatTorchDoesNotWrite_AreRefusedByName(string opcode, string body)
    {
        var message = Refusal(Zip(Pickle(w => w.Op(MARK).Raw(Encoding.Latin1.GetBytes(body))), []));
        Assert.Contains(body.Contains("cos") ? "'os.system'" : $"opcode {opcode} at byte", message);
    }

    [Fact]
    public void Opcodes_ThatDoNotExist_AreRefusedByNumber()
    {
        var known = Enum.GetValues<PickleOpcode>().Select(opcode => (byte)opcode).ToHashSet();
        foreach (var code in Enumerable.Range(0, 256).Select(code => (byte)code).Where(code => !known.Contains(code)))
            Assert.Contains($"'0x{code:x2}' at byte", Refusal(Zip(Pickle(w => w.Raw(code)), [])));
    }

    public static TheoryData<string, byte[]> WrongBodies => new()
    {
        { "LONG4 at byte", Raw(w => w.Op(LONG4, 255, 255, 255, 127)) },
        { "LONG4 at byte", Raw(w => w.Op(LONG4, 255, 255, 255, 255)) },
        { "BINBYTES8 at byte", Raw(w => w.Op(BINBYTES8, [.. BitConverter.GetBytes(ulong.MaxValue)])) },
        { "needs 9223372036854775807 bytes", Raw(w => w.Op(BINBYTES8, [.. BitConverter.GetBytes(long.MaxValue)])) },
        { "needs 4294967295 bytes", Raw(w => w.Op(BINUNICODE, 255, 255, 255, 255)) },
        { "BINUNICODE8 at byte", Raw(w => w.Op(BINUNICODE8, [.. BitConverter.GetBytes(ulong.MaxValue)])) },
        { "BINSTRING at byte", Raw(w => w.Op(BINSTRING, 0, 0, 0, 255)) },
        { "FRAME at byte", Raw(w => w.Op(FRAME, [.. BitConverter.GetBytes(ulong.MaxValue)])) },
        { "protocol 6", Raw(w => w.Op(PROTO, 6)) },
        { "not UTF-8", Raw(w => w.Op(SHORT_BINUNICODE, 1, 255)) },
        { "not ASCII", Raw(w => w.Op(INT, 255, (byte)'\n')) },
        { "number that is not one", Raw(w => w.Op(INT, (byte)'x', (byte)'\n')) },
        { "wrong escape", Raw(w => w.Op(UNICODE, [.. "\\ud800\n"u8])) },
        { "more than 512 bytes", Raw(w => w.Op(GLOBAL, [.. Enumerable.Repeat((byte)'a', 1000)])) },
        { "recalls value 7", Raw(w => w.Op(BINGET, 7)) },
        { "recalls value 4294967295", Raw(w => w.Op(LONG_BINGET, 255, 255, 255, 255)) },
        { "stack has none", Raw(w => w.Op(POP)) },
        { "stack has none", Raw(w => w.Op(DUP)) },
        { "stack has none", Raw(w => w.Op(MEMOIZE)) },
        { "stack has none", Raw(w => w.Value(1).Op(TUPLE2)) },
        { "stack has none", Raw(w => w.Value(1).Op(MARK).Op(APPEND)) },
        { "stack has none", Raw(w => w.Op(EMPTY_DICT).Op(MARK).Value(1).Op(SETITEM)) },
        { "stack has none", Raw(w => w.Op(REDUCE)) },
        { "needs a mark", Raw(w => w.Value(1).Op(TUPLE)) },
        { "needs a mark", Raw(w => w.Op(EMPTY_LIST).Op(APPENDS)) },
        { "one value on the stack", Raw(w => w) },
        { "one value on the stack", Raw(w => w.Value(1).Value(2)) },
        { "one value on the stack", Raw(w => w.Op(MARK).Value(2)) },
        { "not a list", Raw(w => w.Op(EMPTY_TUPLE).Value(1).Op(APPEND)) },
        { "not a dictionary", Raw(w => w.Op(EMPTY_LIST).Value(1).Value(1).Op(SETITEM)) },
        { "a key without a value", Raw(w => w.Op(MARK).Value(1).Op(DICT)) },
        { "as a key", Raw(w => w.Op(MARK).Op(EMPTY_DICT).Value(1).Op(DICT)) },
        { "sets the key 'a' twice", Raw(w => w.Op(MARK).Value("a").Value(1).Value("a").Value(2).Op(DICT)) },
        { "not a tuple", Raw(w => w.Global("collections", "OrderedDict").Op(EMPTY_LIST).Op(REDUCE)) },
        { "not a tuple", Raw(w => w.Global("collections", "OrderedDict").Value(1).Op(REDUCE)) },
        { "not a name", Raw(w => w.Value(1).Op(EMPTY_TUPLE).Op(REDUCE)) },
        { "not a name", Raw(w => w.Value(new StoredCall(new("numpy", "dtype"), ["f8"])).Op(EMPTY_TUPLE).Op(REDUCE)) },
        { "another number or kind", Raw(w => w.Global("torch", "FloatStorage").Op(EMPTY_TUPLE).Op(REDUCE)) },
        { "another number or kind", Raw(w => w.Global("torch", "float16").Op(EMPTY_TUPLE).Op(REDUCE)) },
        { "another number or kind", Raw(w => w.Value(new StoredCall(new("torch._utils", "_rebuild_parameter"), [1, true, null]))) },
        { "not pairs", Raw(w => w.Value(new StoredCall(new("collections", "OrderedDict"), [new List<object?> { 1 }]))) },
        { "not a class", Raw(w => w.Global("torch._utils", "_rebuild_tensor_v2").Op(EMPTY_TUPLE).Op(NEWOBJ)) },
        { "has none", Raw(w => w.Op(EMPTY_DICT).Op(EMPTY_DICT).Op(BUILD)) },
        { "has none", Raw(w => w.Global("collections", "OrderedDict").Op(EMPTY_DICT).Op(BUILD)) },
        { "no entries", Raw(w => w.Value(new StoredCall(new("torch.nn.modules.container", "ParameterDict"), [], 1, true))) },
        { "contains itself", Raw(w => w.Op(EMPTY_LIST).Op(BINPUT, 0).Op(BINGET, 0).Op(APPEND)) },
        { "contains itself", Raw(w => w.Op(EMPTY_DICT).Op(BINPUT, 0).Value(1).Op(EMPTY_LIST).Op(BINGET, 0).Op(APPEND).Op(SETITEM)) },
        { "without the opcode STOP", Pickle(w => w.Value(1), stop: false) },
        { "bytes follow", [.. Pickle(w => w.Value(1)), 1] },
    };

    static byte[] Raw(Func<PickleWriter, PickleWriter> body) => Pickle(body);

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public void Pickles_ThatAreWrong_AreRefused(string fault, byte[] pickle)
    {
        Assert.Contains(fault, Refusal(Zip(pickle, [])));
        Refusal(Legacy(pickle, []));
    }

    [Fact]
    public void ParameterDict_IntoItself_IsRefused()
    {
        var message = Refusal(Zip(Pickle(w => w
            .Global("torch.nn.modules.container", "ParameterDict").Op(EMPTY_TUPLE).Op(NEWOBJ).Op(BINPUT, 9)
            .Op(EMPTY_DICT).Value("_parameters").Op(BINGET, 9).Op(SETITEM).Op(BUILD)), []));
        Assert.Contains("into itself", message);
    }
}
