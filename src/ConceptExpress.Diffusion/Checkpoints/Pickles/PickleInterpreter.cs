using System.Globalization;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// Interprets one pickle: opcodes that push, collect and remember values. Names of Python are looked up in a white list
/// (<see cref="PickleGlobals"/>), and calls of them make plain data (<see cref="PickleCalls"/>). No code of the file or of Python is run,
/// and nothing outside of the pickle is read.
/// </summary>
/// <param name="cursor">Where the pickle begins.</param>
/// <param name="storages">Collects the storages that the pickle refers to; null if it may refer to none.</param>
sealed class PickleInterpreter(PickleCursor cursor, PickleStorages? storages = null)
{
    const int NewestProtocol = 5;

    readonly PickleStack stack = new(cursor);

    /// <summary>Interprets the pickle to its end. The cursor is then behind it.</summary>
    /// <exception cref="CheckpointException">The pickle is damaged, too large, or asks for anything but data.</exception>
    public PickleValue Run()
    {
        cursor.BeginPickle();
        while (true)
        {
            var opcode = cursor.Opcode();
            if (opcode == STOP) break;
            if (PickleScalars.Read(opcode, cursor) is { } scalar) stack.Push(scalar);
            else if (!(Collect(opcode) || Fill(opcode) || Remember(opcode) || Refer(opcode) || Control(opcode)))
                throw cursor.Unneeded("is not one that torch.save writes");
        }
        if (!stack.HoldsOne) throw cursor.Refusal("leaves something other than one value on the stack");
        return new PickleTree(cursor).Of(stack.Pop());
    }

    /// <summary>Opcodes that push a collection.</summary>
    bool Collect(PickleOpcode opcode)
    {
        object? made = opcode switch
        {
            EMPTY_DICT => new DictNode(),
            EMPTY_LIST or EMPTY_SET => new ListNode([], IsTuple: false),
            EMPTY_TUPLE => new ListNode([], IsTuple: true),
            DICT => Filled(new DictNode(), stack.PopToMark()),
            LIST => new ListNode(stack.PopToMark(), IsTuple: false),
            TUPLE => new ListNode(stack.PopToMark(), IsTuple: true),
            TUPLE1 => Tuple(1),
            TUPLE2 => Tuple(2),
            TUPLE3 => Tuple(3),
            _ => null,
        };
        if (made is not null) stack.Push(made);
        return made is not null;
    }

    ListNode Tuple(int count)
    {
        var items = new object[count];
        for (var i = count - 1; i >= 0; i--) items[i] = stack.Pop();
        return new ListNode([.. items], IsTuple: true);
    }

    /// <summary>Opcodes that put values into the collection below them.</summary>
    bool Fill(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case APPEND: Append([stack.Pop()]); return true;
            case APPENDS or ADDITEMS: Append(stack.PopToMark()); return true;
            case SETITEM:
                var value = stack.Pop();
                SetItems([stack.Pop(), value]);
                return true;
            case SETITEMS: SetItems(stack.PopToMark()); return true;
            default: return false;
        }
    }

    void Append(List<object> items)
    {
        if (stack.Top is ListNode { IsTuple: false } list) list.Items.AddRange(items);
        else if (stack.Top is not PickleInert) throw cursor.Refusal("appends to a value that is not a list");
    }

    void SetItems(List<object> items)
    {
        if (stack.Top is DictNode dict) Filled(dict, items);
        else if (stack.Top is not PickleInert) throw cursor.Refusal("sets an entry of a value that is not a dictionary");
    }

    DictNode Filled(DictNode dict, List<object> items)
    {
        if (items.Count % 2 != 0) throw cursor.Refusal("has a key without a value");
        for (var i = 0; i < items.Count; i += 2)
            if (dict.Add(items[i], items[i + 1]) is { } fault) throw cursor.Refusal(fault);
        return dict;
    }

    /// <summary>Opcodes of the stack and the memo.</summary>
    bool Remember(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case MARK: stack.Mark(); return true;
            case POP: stack.Discard(); return true;
            case POP_MARK: stack.PopToMark(); return true;
            case DUP: stack.Push(stack.Top); return true;
            case MEMOIZE: stack.Keep(); return true;
            case BINPUT: stack.Keep(cursor.Little(1)); return true;
            case LONG_BINPUT: stack.Keep(cursor.Little(4)); return true;
            case PUT: stack.Keep(Number()); return true;
            case BINGET: stack.Recall(cursor.Little(1)); return true;
            case LONG_BINGET: stack.Recall(cursor.Little(4)); return true;
            case GET: stack.Recall(Number()); return true;
            default: return false;
        }
    }

    uint Number() => uint.TryParse(cursor.Line(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw cursor.Refusal("has a number that is not one");

    /// <summary>Opcodes that refer to names and storages, or call names.</summary>
    bool Refer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case GLOBAL:
                var module = cursor.Line();
                stack.Push(Global(module, cursor.Line()));
                return true;
            case STACK_GLOBAL:
                var name = stack.Pop<PickleText>("a text").Value;
                stack.Push(Global(stack.Pop<PickleText>("a text").Value, name));
                return true;
            case REDUCE or NEWOBJ:
                var arguments = stack.Pop<ListNode>("a tuple of arguments");
                stack.Push(PickleCalls.Call(stack.Pop(), arguments, opcode, cursor));
                return true;
            case BUILD:
                var state = stack.Pop();
                PickleCalls.SetState(stack.Top, state, cursor);
                return true;
            case BINPERSID:
                var id = stack.Pop();
                stack.Push(storages is null ? throw cursor.Refusal("refers to a storage where none can be") : storages.Find(id, cursor));
                return true;
            default: return false;
        }
    }

    PickleGlobal Global(string module, string name) => PickleGlobals.Find(module, name)
        ?? throw cursor.Unneeded($"refers to {CheckpointException.Quoted($"{module}.{name}")}");

    bool Control(PickleOpcode opcode)
    {
        if (opcode == PROTO && cursor.Byte() is > NewestProtocol and var protocol)
            throw cursor.Refusal($"asks for protocol {protocol}, but only those up to {NewestProtocol} are known");
        if (opcode == FRAME && cursor.Little8() is var bytes) cursor.RequireRemaining(bytes);
        return opcode is PROTO or FRAME;
    }
}
