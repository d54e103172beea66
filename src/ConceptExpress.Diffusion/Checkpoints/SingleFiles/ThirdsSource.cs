using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Gives queries, keys and values that are stored in one tensor, one above the other, as three tensors: <c>in_proj_weight[q]</c>,
/// <c>in_proj_weight[k]</c>, <c>in_proj_weight[v]</c>. All other tensors are those of the file, which stays its owner's.
/// </summary>
sealed class ThirdsSource : ITensorSource
{
    readonly ITensorSource whole;
    readonly Dictionary<string, (string Name, int Third)> thirds = new(StringComparer.Ordinal);

    /// <summary>Splits the tensors of <paramref name="whole"/> whose names fit <paramref name="isSplit"/>.</summary>
    public ThirdsSource(ITensorSource whole, Func<string, bool> isSplit)
    {
        this.whole = whole;
        foreach (var name in whole.Names.Where(isSplit))
            foreach (var (third, letter) in Thirds.Index()) thirds[$"{name}[{letter}]"] = (name, third);
        Names = [.. whole.Names.Where(name => !isSplit(name)), .. thirds.Keys];
    }

    /// <summary>Letters of the thirds, in their order: queries, keys, values.</summary>
    public static IReadOnlyList<string> Thirds { get; } = ["q", "k", "v"];

    public string Path => whole.Path;

    public IReadOnlyCollection<string> Names { get; }

    public TensorEntry this[string name]
    {
        get
        {
            if (!thirds.TryGetValue(name, out var part)) return whole[name];
            var entry = whole[part.Name];
            if (entry.Shape is not [var rows, ..] || rows % Thirds.Count != 0)
                throw new CheckpointException($"Tensor {CheckpointException.Quoted(part.Name)} of {Path} has shape " +
                    $"{TensorShape.Text(entry.Shape)}, which is not queries, keys and values together; download the file again.");
            var length = entry.Length / Thirds.Count;
            return new TensorEntry(
                name, entry.Type, [rows / Thirds.Count, .. entry.Shape[1..]], entry.Offset + part.Third * length, length);
        }
    }

    public Tensor Read(string name)
    {
        if (!thirds.TryGetValue(name, out var part)) return whole.Read(name);
        var rows = this[name].Shape[0];
        using var all = whole.Read(part.Name);
        using var third = all.narrow(0, part.Third * rows, rows);
        return third.clone();
    }

    public void Dispose()
    {
        // The file belongs to whoever opened it.
    }
}
