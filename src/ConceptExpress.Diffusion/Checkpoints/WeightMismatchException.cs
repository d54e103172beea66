namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A tensor that is there but of another shape.</summary>
public sealed record WrongShape(string Name, long[] Stored, long[] Needed)
{
    public override string ToString() =>
        $"{CheckpointException.Quoted(Name)} is {TensorShape.Text(Stored)} instead of {TensorShape.Text(Needed)}";
}

/// <summary>Weights that do not fit the module they are meant for. Names every tensor concerned; the message only the first few.</summary>
public sealed class WeightMismatchException(
    string what, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<WrongShape> wrongShapes)
    : CheckpointException(Sentence(what, missing, unexpected, wrongShapes))
{
    const int Shown = 3;

    /// <summary>What was being loaded, for people: "the UNet of some/folder".</summary>
    public string What { get; } = what;

    /// <summary>Tensors that the module has and the file has not.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;

    /// <summary>Tensors that the file has and the module has not.</summary>
    public IReadOnlyList<string> Unexpected { get; } = unexpected;

    /// <summary>Tensors that both have, in different shapes.</summary>
    public IReadOnlyList<WrongShape> WrongShapes { get; } = wrongShapes;

    static string Sentence(
        string what, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<WrongShape> wrongShapes)
    {
        string[] faults =
        [
            .. Fault(missing.Count, "missing", missing.Select(Quoted)),
            .. Fault(unexpected.Count, "unexpected", unexpected.Select(Quoted)),
            .. Fault(wrongShapes.Count, "of another shape", wrongShapes.Select(wrong => wrong.ToString())),
        ];
        return $"The weights do not fit {what}: {string.Join("; ", faults)}; use the weights that belong to this model's config.json.";
    }

    static IEnumerable<string> Fault(int count, string kind, IEnumerable<string> culprits)
    {
        if (count == 0) yield break;
        var more = count > Shown ? $" and {count - Shown} more" : "";
        yield return $"{count} {(count == 1 ? "tensor" : "tensors")} {kind} ({string.Join(", ", culprits.Take(Shown))}{more})";
    }
}
