using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>The tensors of one part of a single file, by their names without the part's prefix.</summary>
sealed class FilePart
{
    const string Remedy = "download the file again or use another checkpoint";

    readonly ITensorSource source;
    readonly string prefix;
    readonly Dictionary<string, string> stored;
    readonly HashSet<string> modules;

    FilePart(ITensorSource source, string prefix, string kind, Dictionary<string, string> stored)
    {
        (this.source, this.prefix, this.stored, Kind) = (source, prefix, stored, kind);
        modules = [.. stored.Keys.SelectMany(Ancestors)];
    }

    /// <summary>What the part is, for messages: "UNet".</summary>
    public string Kind { get; }

    /// <summary>The part and its file, for messages.</summary>
    public string What => $"the {Kind} of {source.Path}";

    /// <summary>Takes the tensors whose names begin with a prefix.</summary>
    /// <param name="source">The file. It must stay open while the part is in use.</param>
    /// <param name="prefix">The prefix of the part, with its dot; empty for all tensors.</param>
    /// <param name="kind">What the part is, for messages.</param>
    /// <param name="ignore">Returns true for names in the file that do not belong to the part.</param>
    /// <param name="second">A further prefix that is removed where it follows; empty for none.</param>
    /// <exception cref="CheckpointException">Two names are the same without their prefixes.</exception>
    public static FilePart Below(ITensorSource source, string prefix, string kind, Func<string, bool> ignore, string second = "")
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in source.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !ignore(name)))
        {
            var rest = name[prefix.Length..];
            if (rest.StartsWith(second, StringComparison.Ordinal)) rest = rest[second.Length..];
            if (!stored.TryAdd(rest, name))
                throw new CheckpointException($"{source.Path} holds both {CheckpointException.Quoted(stored[rest])} and " +
                    $"{CheckpointException.Quoted(name)}, which are two names of one tensor; {Remedy}.");
        }
        return new FilePart(source, prefix + second, kind, stored);
    }

    /// <summary>Returns the part under the names that <paramref name="rename"/> gives; null leaves a name as it is.</summary>
    public FilePart Renamed(Func<string, string?> rename) =>
        new(source, prefix, Kind, stored.ToDictionary(pair => rename(pair.Key) ?? pair.Key, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Returns whether there is a tensor of this name, or one below a module of this name.</summary>
    public bool Has(string name) => modules.Contains(name);

    /// <summary>Returns how many modules there are with consecutive numbers from <paramref name="first"/> on.</summary>
    /// <param name="name">Name of the module with a number.</param>
    /// <param name="first">The first number.</param>
    public int Count(Func<int, string> name, int first = 0)
    {
        var count = 0;
        while (Has(name(first + count))) count++;
        return count;
    }

    /// <summary>Shape of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    public long[] Shape(string name) => stored.TryGetValue(name, out var full)
        ? source[full].Shape
        : throw new CheckpointException($"{source.Path} holds no tensor {CheckpointException.Quoted(prefix + name)}, " +
            $"which the {Kind} needs; {Remedy}.");

    /// <summary>Size of one dimension of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it has fewer dimensions.</exception>
    public long Size(string name, int dimension) => Shape(name) is var shape && dimension < shape.Length
        ? shape[dimension]
        : throw new CheckpointException($"Tensor {CheckpointException.Quoted(stored[name])} of {source.Path} has shape " +
            $"{TensorShape.Text(shape)}, which is too few dimensions for the {Kind}; {Remedy}.");

    /// <summary>Fills a module with the part's tensors.</summary>
    /// <param name="module">The module, whose names are diffusers'.</param>
    /// <param name="table">Converts between the part's names and the module's; null if they are the same.</param>
    /// <exception cref="WeightMismatchException">Tensors are missing, unexpected or have another shape.</exception>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public void Fill(nn.Module module, NameTable? table)
    {
        // A name that the table does not have stays as it is in the file, and so is unexpected.
        var known = stored.ToDictionary(
            pair => pair.Value,
            pair => table is null ? WeightNames.FromOldVaeAttention(pair.Key) : table.ToDiffusers(pair.Key) ?? pair.Value,
            StringComparer.Ordinal);
        try
        {
            StrictLoader.Load(module, source, What, name => known[name], name => !known.ContainsKey(name));
        }
        catch (WeightMismatchException e)
        {
            string InFile(string name) => prefix + (table is null ? name : table.ToOriginal(name) ?? name);
            throw new WeightMismatchException(What, [.. e.Missing.Select(InFile)], e.Unexpected,
                [.. e.WrongShapes.Select(wrong => wrong with { Name = InFile(wrong.Name) })], Remedy);
        }
    }

    static IEnumerable<string> Ancestors(string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1)) yield return name[..end];
    }
}
