namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// Makes the immutable tree of an interpreted pickle. Values that contain themselves, that are nested too deeply, or that repeat others so
/// often that walking the tree would take too long, are refused. It does not recurse, so no pickle can exhaust the stack.
/// </summary>
sealed class PickleTree(PickleCursor cursor)
{
    /// <summary>Maximum number of collections inside each other.</summary>
    public const int MaxDepth = 100;

    /// <summary>Maximum number of values, where a value counts as often as it is contained in others.</summary>
    public const long MaxValues = 4L * PickleCursor.MaxOperations;

    sealed record Finished(PickleValue Value, long Values, int Depth);

    // null: begun, but not finished.
    readonly Dictionary<object, Finished?> known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes the tree below a value.</summary>
    /// <exception cref="CheckpointException">A limit is exceeded.</exception>
    public PickleValue Of(object root)
    {
        var open = new Stack<object>([root]);
        while (open.TryPeek(out var node))
        {
            if (Leaf(node) is not null || (known.TryGetValue(node, out var done) && done is not null))
            {
                open.Pop();
            }
            else if (known.TryAdd(node, null))
            {
                // A child that is already open contains this node: it is met again below, still unfinished.
                foreach (var child in Children(node))
                    if (!known.TryGetValue(child, out var state)) open.Push(child);
                    else if (state is null) throw PickleRefusal.Of(cursor.Path, "its pickle has a value that contains itself");
            }
            else
            {
                known[node] = Finish(node);
                open.Pop();
            }
        }
        return Result(root).Value;
    }

    static IEnumerable<object> Children(object node) =>
        node is DictNode dict ? dict.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }) : ((ListNode)node).Items;

    Finished Finish(object node)
    {
        long values = 1;
        var depth = 0;
        foreach (var child in Children(node))
        {
            var finished = Result(child);
            values += finished.Values;
            depth = Math.Max(depth, finished.Depth);
            if (values > MaxValues) throw PickleRefusal.Of(cursor.Path, $"its pickle unfolds to more than the {MaxValues} values allowed");
        }
        if (depth == MaxDepth) throw PickleRefusal.Of(cursor.Path, $"its pickle is nested deeper than the {MaxDepth} levels allowed");
        PickleValue value = node is DictNode dict
            ? new PickleDict([.. dict.Entries.Select(entry => KeyValuePair.Create(Result(entry.Key).Value, Result(entry.Value).Value))])
            : new PickleList([.. ((ListNode)node).Items.Select(item => Result(item).Value)]);
        return new Finished(value, values, depth + 1);
    }

    Finished Result(object node) => Leaf(node) is { } leaf ? new Finished(leaf, 1, 0) : known[node]!;

    static PickleValue? Leaf(object node) => node switch
    {
        PickleValue value => value,
        PickleGlobal global => new PickleInert(global.Name),
        PickleStorage => new PickleInert("storage"),
        _ => null,
    };
}
