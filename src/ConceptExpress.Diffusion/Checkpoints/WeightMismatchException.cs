namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A tensor that is stored with a shape that does not fit.</summary>
/// <param name="Name">The module's name of the tensor.</param>
/// <param name="Stored">Shape in the file.</param>
/// <param name="Needed">Shape in the module.</param>
sealed record WrongShape(string Name, long[] Stored, long[] Needed)
{
    public override string ToString() =>
        $"{CheckpointException.Quoted(Name)} is {TensorShape.Text(Stored)} instead of {TensorShape.Text(Needed)}";
}

/// <summary>
/// Weights do not fit the module. The properties list all tensors concerned; the message names the first three of each kind.
/// </summary>
sealed class WeightMismatchException(
    string what, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<WrongShape> wrongShapes,
    string remedy = WeightMismatchException.UseThoseOfTheConfiguration)
    : CheckpointException(Sentence(what, missing, unexpected, wrongShapes, remedy))
{
    const string UseThoseOfTheConfiguration = "use the weights that belong to this model's config.json";

    const int Shown = 3;

    /// <summary>What was being loaded, in words: "the UNet of some/folder".</summary>
    public string What { get; } = what;

    /// <summary>Names of tensors that the module has but the file does not.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;

    /// <summary>Names of tensors that the file has but the module does not.</summary>
    public IReadOnlyList<string> Unexpected { get; } = unexpected;

    /// <summary>Tensors that both have, with different shapes.</summary>
    public IReadOnlyList<WrongShape> WrongShapes { get; } = wrongShapes;

    static string Sentence(
        string what, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<WrongShape> wrongShapes, string remedy)
    {
        string[] faults =
        [
            .. Fault(missing.Count, "missing", missing.Select(Quoted)),
            .. Fault(unexpected.Count, "unexpected", unexpected.Select(Quoted)),
            .. Fault(wrongShapes.Count, "of another shape", wrongShapes.Select(wrong => wrong.ToString())),
        ];
        return $"The weights do not fit {what}: {string.Join("; ", faults)}; {remedy}.";
    }

    static IEnumerable<string> Fault(int count, string kind, IEnumerable<string> culprits)
    {
        if (count == 0) yield break;
        var more = count > Shown ? $" and {count - Shown} more" : "";
        yield return $"{count} {(count == 1 ? "tensor" : "tensors")} {kind} ({string.Join(", ", culprits.Take(Shown))}{more})";
    }
}
