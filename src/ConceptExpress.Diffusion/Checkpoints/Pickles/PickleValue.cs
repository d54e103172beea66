using System.Numerics;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// What a pickle describes: an immutable tree of dictionaries, lists, tensors, numbers and texts. It has no cycles, and its depth and size
/// are limited (<see cref="PickleTree"/>), so it can be walked without care.
/// </summary>
abstract record PickleValue;

/// <summary>A dictionary. Keys are usually texts.</summary>
sealed record PickleDict : PickleValue
{
    readonly Dictionary<string, PickleValue> named = new(StringComparer.Ordinal);

    public PickleDict(IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> entries)
    {
        Entries = entries;
        foreach (var (key, value) in entries)
            if (key is PickleText text) named.Add(text.Value, value);
    }

    /// <summary>All entries, in the order in which they were added.</summary>
    public IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> Entries { get; }

    /// <summary>The value of a key that is a text; null if there is none.</summary>
    public PickleValue? this[string key] => named.GetValueOrDefault(key);

    /// <summary>The tensors whose keys are texts, in order.</summary>
    public IEnumerable<(string Name, PickleTensor Tensor)> Tensors =>
        Entries.Where(entry => entry is { Key: PickleText, Value: PickleTensor })
            .Select(entry => (((PickleText)entry.Key).Value, (PickleTensor)entry.Value));
}

/// <summary>A list, tuple or set.</summary>
sealed record PickleList(IReadOnlyList<PickleValue> Items) : PickleValue;

/// <summary>A text.</summary>
sealed record PickleText(string Value) : PickleValue;

/// <summary>A whole number of any size.</summary>
sealed record PickleInteger(BigInteger Value) : PickleValue;

/// <summary>A number with a fraction.</summary>
sealed record PickleFloat(double Value) : PickleValue;

/// <summary>True or false.</summary>
sealed record PickleBoolean(bool Value) : PickleValue;

/// <summary>Python's None.</summary>
sealed record PickleNone : PickleValue
{
    public static PickleNone Instance { get; } = new();
}

/// <summary>
/// Anything else that may be in a file of tensors but is not needed: a class, an object whose content was dropped, raw bytes. Nothing can
/// be done with it.
/// </summary>
/// <param name="Name">Name of the class or kind, for messages.</param>
sealed record PickleInert(string Name) : PickleValue
{
    public static PickleInert Bytes { get; } = new("bytes");
}
