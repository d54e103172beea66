using System.Numerics;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// What the opcodes REDUCE, NEWOBJ and BUILD mean for names on the white list. Each meaning is written here; nothing of Python is called.
/// </summary>
static class PickleCalls
{
    const string ParameterDictEntries = "_parameters";

    /// <summary>Makes the value of a call.</summary>
    /// <param name="callee">What is called. Only names on the white list can be.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="opcode">REDUCE (a call) or NEWOBJ (a new object of a class).</param>
    /// <param name="cursor">For messages and limits.</param>
    public static object Call(object callee, ListNode arguments, PickleOpcode opcode, PickleCursor cursor)
    {
        if (callee is not PickleGlobal global) throw cursor.Refusal("calls a value that is not a name");
        if (!arguments.IsTuple) throw cursor.Refusal($"calls {global.Name} with arguments that are not a tuple");
        if (opcode == PickleOpcode.NEWOBJ && global.Role is not (GlobalRole.OrderedDict or GlobalRole.ParameterDict or GlobalRole.Inert))
            throw cursor.Refusal($"makes an object of {global.Name}, which is not a class for that");
        var values = arguments.Items;
        return global.Role switch
        {
            GlobalRole.Tensor when values.Count == 4 => Tensor(values, cursor),
            GlobalRole.TensorV2 when values.Count is 6 or 7 => Tensor(values, cursor),
            GlobalRole.Parameter when values is [PickleTensor tensor, _, _] => tensor,
            GlobalRole.OrderedDict when values.Count == 0 => new DictNode(DictOrigin.Ordered),
            GlobalRole.OrderedDict when values is [ListNode pairs] => FromPairs(pairs, cursor),
            GlobalRole.ParameterDict when values.Count == 0 => new DictNode(DictOrigin.Parameters),
            GlobalRole.Sequence when values is [ListNode list] => list,
            GlobalRole.Inert => new PickleInert(global.Name),
            _ => throw cursor.Refusal($"calls {global.Name} with arguments of another number or kind than it has"),
        };
    }

    /// <summary>Gives an object its attributes. Only a ParameterDict keeps some: its entries.</summary>
    public static void SetState(object target, object state, PickleCursor cursor)
    {
        if (target is PickleInert or DictNode { Origin: DictOrigin.Ordered }) return;
        if (target is not DictNode { Origin: DictOrigin.Parameters } dict)
            throw cursor.Refusal("gives attributes to a value that has none");
        if ((state as DictNode)?[ParameterDictEntries] is not DictNode parameters)
            throw cursor.Refusal($"gives a ParameterDict no entries {ParameterDictEntries}");
        if (ReferenceEquals(dict, parameters)) throw cursor.Refusal("puts a ParameterDict into itself");
        cursor.Spend(parameters.Entries.Count);
        foreach (var (key, value) in parameters.Entries) Add(dict, key, value, cursor);
    }

    // Python 2 writes an OrderedDict as a call with a list of pairs.
    static DictNode FromPairs(ListNode pairs, PickleCursor cursor)
    {
        cursor.Spend(pairs.Items.Count);
        var dict = new DictNode(DictOrigin.Ordered);
        foreach (var pair in pairs.Items)
        {
            if (pair is not ListNode { Items: [var key, var value] })
                throw cursor.Refusal("makes an OrderedDict of values that are not pairs");
            Add(dict, key, value, cursor);
        }
        return dict;
    }

    static void Add(DictNode dict, object key, object value, PickleCursor cursor)
    {
        if (dict.Add(key, value) is { } fault) throw cursor.Refusal(fault);
    }

    static PickleTensor Tensor(List<object> arguments, PickleCursor cursor)
    {
        if (arguments is not [PickleStorage storage, PickleInteger { Value: var first }, ListNode sizes, ListNode steps, ..])
            throw cursor.Refusal("makes a tensor of values that are not a storage, an offset, a shape and strides");
        cursor.Spend(sizes.Items.Count + steps.Items.Count);
        if (!Fits(first)) throw cursor.Refusal("makes a tensor whose offset overflows");
        var (tensor, fault) = PickleTensor.Check(storage, (long)first, Numbers(sizes, cursor), Numbers(steps, cursor));
        return tensor ?? throw cursor.Refusal($"makes a tensor that {fault}");
    }

    static long[] Numbers(ListNode list, PickleCursor cursor)
    {
        if (list.Items.Count > PickleTensor.MaxRank)
            throw cursor.Refusal($"makes a tensor of {list.Items.Count} dimensions, more than the {PickleTensor.MaxRank} allowed");
        var numbers = new long[list.Items.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = list.Items[i] is PickleInteger { Value: var value } && Fits(value)
                ? (long)value
                : throw cursor.Refusal("makes a tensor with a size or stride that is not a whole number below 2^63");
        return numbers;
    }

    static bool Fits(BigInteger value) => value >= long.MinValue && value <= long.MaxValue;
}
