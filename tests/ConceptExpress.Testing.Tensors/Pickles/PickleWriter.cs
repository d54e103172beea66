using System.Buffers.Binary;
using System.Text;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;

namespace ConceptExpress.Testing.Pickles;

/// <summary>A storage to write.</summary>
internal sealed record StoredRow(string Type, string Key, long Count, byte[] Bytes);

/// <summary>A tensor to write. Type of the call: _rebuild_tensor_v2, in a _rebuild_parameter if it is one.</summary>
internal sealed record StoredTensor(StoredRow Row, long Offset, long[] Shape, long[] Strides, bool IsParameter = false);

/// <summary>A name to write, and the call of one.</summary>
internal sealed record StoredName(string Module, string Name);

internal sealed record StoredCall(StoredName Callee, object?[] Arguments, object? State = null, bool IsNew = false);

/// <summary>An OrderedDict to write.</summary>
internal sealed record StoredOrder(params (object Key, object? Value)[] Entries);

/// <summary>Writes pickles with the opcodes and in the order of Python's pickler and torch.save. Tests add wrong ones.</summary>
internal sealed class PickleWriter(int protocol = 2)
{
    readonly MemoryStream bytes = new();
    readonly Dictionary<object, int> memo = [];

    public static byte[] Of(object? value, int protocol = 2)
    {
        var writer = new PickleWriter(protocol).Op(PROTO, (byte)protocol);
        var body = new PickleWriter(protocol).Value(value).Op(STOP).ToArray();
        if (protocol >= 4) writer.Op(FRAME, BitConverter.GetBytes((ulong)body.Length));
        return writer.Raw(body).ToArray();
    }

    public byte[] ToArray() => bytes.ToArray();

    public PickleWriter Raw(params byte[] raw)
    {
        bytes.Write(raw);
        return this;
    }

    public PickleWriter Op(PickleOpcode opcode, params byte[] argument) => Raw([(byte)opcode, .. argument]);

    public PickleWriter Global(string module, string name) => protocol >= 4
        ? Value(module).Value(name).Op(STACK_GLOBAL).Put(new StoredName(module, name))
        : Op(GLOBAL, Encoding.ASCII.GetBytes($"{module}\n{name}\n")).Put(new StoredName(module, name));

    public PickleWriter Value(object? value) => value switch
    {
        null => Op(NONE),
        bool flag => Op(flag ? NEWTRUE : NEWFALSE),
        int number => Whole(number),
        long number => Whole(number),
        System.Numerics.BigInteger number => Op(LONG1, [(byte)number.GetByteCount(), .. number.ToByteArray()]),
        double number => Op(BINFLOAT, [.. BitConverter.GetBytes(number).Reverse()]),
        _ when memo.TryGetValue(value, out var number) => number < 256
            ? Op(BINGET, (byte)number)
            : Op(LONG_BINGET, BitConverter.GetBytes(number)),
        string text => Text(text).Put(text),
        StoredName name => Global(name.Module, name.Name),
        StoredRow row => Row(row),
        StoredTensor tensor => Tensor(tensor),
        StoredCall call => Call(call).Put(call),
        StoredOrder order => Value(new StoredName("collections", "OrderedDict")).Op(EMPTY_TUPLE)
            .Op(REDUCE).Put(order).Entries(order.Entries),
        IReadOnlyDictionary<string, object?> dict => Op(EMPTY_DICT).Put(dict).Entries([.. dict.Select(e => ((object)e.Key, e.Value))]),
        object?[] tuple => Tuple(tuple),
        List<object?> list => Op(EMPTY_LIST).Put(list).Items(list),
        _ => throw new ArgumentException($"{value.GetType()} has no pickle."),
    };

    PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return protocol >= 4 && utf8.Length < 256
            ? Op(SHORT_BINUNICODE, [(byte)utf8.Length, .. utf8])
            : Op(BINUNICODE, [.. BitConverter.GetBytes(utf8.Length), .. utf8]);
    }

    PickleWriter Whole(long number)
    {
        if (number is >= 0 and < 1 << 8) return Op(BININT1, (byte)number);
        if (number is >= 0 and < 1 << 16) return Op(BININT2, BitConverter.GetBytes((ushort)number));
        if (number is >= int.MinValue and <= int.MaxValue) return Op(BININT, BitConverter.GetBytes((int)number));
        return Op(LONG1, [8, .. BitConverter.GetBytes(number)]);
    }

    PickleWriter Put(object value)
    {
        var number = memo.Count;
        memo.Add(value, number);
        if (protocol >= 4) return Op(MEMOIZE);
        return number < 256 ? Op(BINPUT, (byte)number) : Op(LONG_BINPUT, BitConverter.GetBytes(number));
    }

    PickleWriter Tuple(object?[] items)
    {
        if (items.Length == 0) return Op(EMPTY_TUPLE);
        if (items.Length > 3) Op(MARK);
        foreach (var item in items) Value(item);
        return Op(items.Length switch { 1 => TUPLE1, 2 => TUPLE2, 3 => TUPLE3, _ => TUPLE }).Put(items);
    }

    PickleWriter Items(List<object?> items)
    {
        if (items.Count == 1) return Value(items[0]).Op(APPEND);
        if (items.Count == 0) return this;
        Op(MARK);
        foreach (var item in items) Value(item);
        return Op(APPENDS);
    }

    PickleWriter Entries((object Key, object? Value)[] entries)
    {
        if (entries is [var (key, value)]) return Value(key).Value(value).Op(SETITEM);
        if (entries.Length == 0) return this;
        Op(MARK);
        foreach (var entry in entries) Value(entry.Key).Value(entry.Value);
        return Op(SETITEMS);
    }

    PickleWriter Row(StoredRow row) =>
        Value(new object?[] { "storage", new StoredName("torch", row.Type), row.Key, "cpu", row.Count }).Op(BINPERSID);

    PickleWriter Tensor(StoredTensor tensor)
    {
        var made = new StoredCall(new("torch._utils", "_rebuild_tensor_v2"),
            [tensor.Row, tensor.Offset, Sizes(tensor.Shape), Sizes(tensor.Strides), false, new StoredOrder()]);
        if (tensor.IsParameter) made = new StoredCall(new("torch._utils", "_rebuild_parameter"), [made, true, new StoredOrder()]);
        return Call(made).Put(tensor);
    }

    static object?[] Sizes(long[] sizes) => [.. sizes.Select(size => (object?)size)];

    PickleWriter Call(StoredCall call)
    {
        Value(call.Callee).Value(call.Arguments).Op(call.IsNew ? NEWOBJ : REDUCE);
        return call.State is null ? this : Value(call.State).Op(BUILD);
    }
}
