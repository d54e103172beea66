namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

// While a pickle is interpreted, its values are these nodes, PickleStorage, and those PickleValues that never change.
// PickleTree makes the result from them.

/// <summary>A list, tuple or set under construction. Tuples are complete from the start.</summary>
sealed record ListNode(List<object> Items, bool IsTuple);

/// <summary>What made a dictionary, which decides what BUILD means for it.</summary>
enum DictOrigin
{
    /// <summary>A dictionary without attributes.</summary>
    Plain,

    /// <summary>An OrderedDict. Its attributes (torch keeps version numbers there) are dropped.</summary>
    Ordered,

    /// <summary>A ParameterDict of torch: its entries are in its attribute <c>_parameters</c>.</summary>
    Parameters,
}

/// <summary>A dictionary under construction.</summary>
sealed class DictNode(DictOrigin origin = DictOrigin.Plain)
{
    readonly Dictionary<string, object> named = new(StringComparer.Ordinal);
    readonly List<KeyValuePair<object, object>> entries = [];

    public DictOrigin Origin { get; } = origin;

    public IReadOnlyList<KeyValuePair<object, object>> Entries => entries;

    public object? this[string key] => named.GetValueOrDefault(key);

    /// <summary>Adds an entry. Returns what is wrong with it, or null.</summary>
    public string? Add(object key, object value)
    {
        if (key is DictNode or ListNode { IsTuple: false }) return "uses a list or a dictionary as a key";
        if (key is PickleText { Value: var text } && !named.TryAdd(text, value))
            return $"sets the key {CheckpointException.Quoted(text)} twice";
        entries.Add(new(key, value));
        return null;
    }
}
