namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>The stack and the memo of the interpreter. Every misuse is refused.</summary>
sealed class PickleStack(PickleCursor cursor)
{
    readonly List<object> items = [];
    readonly List<int> marks = [];
    readonly Dictionary<uint, object> memo = [];

    /// <summary>The value on top.</summary>
    public object Top => items.Count > Floor ? items[^1] : throw cursor.Refusal("needs a value, but the stack has none");

    /// <summary>Whether the stack holds exactly one value, and no mark.</summary>
    public bool HoldsOne => items.Count == 1 && marks.Count == 0;

    int Floor => marks.Count > 0 ? marks[^1] : 0;

    public void Push(object value) => items.Add(value);

    public object Pop()
    {
        var top = Top;
        items.RemoveAt(items.Count - 1);
        return top;
    }

    /// <summary>Removes and returns a value of a certain kind.</summary>
    public T Pop<T>(string kind) => Pop() is T value ? value : throw cursor.Refusal($"finds a value that is not {kind}");

    public void Mark() => marks.Add(items.Count);

    /// <summary>Removes a value, or the mark if no value is above it.</summary>
    public void Discard()
    {
        if (marks.Count > 0 && items.Count == Floor) marks.RemoveAt(marks.Count - 1);
        else Pop();
    }

    /// <summary>Removes the last mark and everything above it, which is returned.</summary>
    public List<object> PopToMark()
    {
        if (marks.Count == 0) throw cursor.Refusal("needs a mark, but there is none");
        var taken = items[Floor..];
        items.RemoveRange(Floor, taken.Count);
        marks.RemoveAt(marks.Count - 1);
        return taken;
    }

    /// <summary>Keeps the value on top under a number; without one, under the number of values kept so far.</summary>
    public void Keep(uint? number = null) => memo[number ?? (uint)memo.Count] = Top;

    /// <summary>Pushes what was kept under a number.</summary>
    public void Recall(uint number) =>
        Push(memo.TryGetValue(number, out var value) ? value : throw cursor.Refusal($"recalls value {number}, which was not kept before"));
}
