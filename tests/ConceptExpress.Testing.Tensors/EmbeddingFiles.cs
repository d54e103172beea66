using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>A tensor of a test file.</summary>
/// <param name="Path">
/// Its name. A slash separates levels: dictionaries in a pickle, dots in safetensors. Empty for a file that is this tensor alone.
/// </param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="First">Its values are First, First + 0.5, First + 1, ... up to 60 more, then again from First.</param>
/// <param name="Type">Float32, Float16 or BFloat16, which hold these values exactly; or Int64.</param>
sealed record StoredVectors(string Path, long[] Shape, float First = 0, ScalarType Type = ScalarType.Float32)
{
    public float[] Values =>
        [.. Enumerable.Range(0, (int)Shape.Aggregate(1L, (product, size) => product * size)).Select(i => First + i % 120 * 0.5f)];

    /// <summary>The vectors of a word: the rows of a table, or the only one.</summary>
    public float[][] Rows => [.. Values.Chunk((int)Shape[^1])];
}

/// <summary>Writes embedding files in the containers that other programs use.</summary>
static class EmbeddingFiles
{
    public static readonly string[] Containers = ["safetensors", "zip", "legacy"];

    /// <summary>Writes tensors as one file.</summary>
    /// <param name="container">One of <see cref="Containers"/>.</param>
    /// <param name="path">The path of the file, with any extension.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="more">What a pickle holds besides: texts and numbers, as their programs write them.</param>
    /// <param name="parameters">Whether a pickle holds parameters of a module in place of plain tensors.</param>
    public static string Write(string container, string path, StoredVectors[] tensors, bool parameters = false,
        params (string Key, object? Value)[] more)
    {
        if (container == "safetensors") WriteSafeTensors(path, tensors);
        else File.WriteAllBytes(path, Pickled(container, tensors, parameters, more));
        return path;
    }

    static void WriteSafeTensors(string path, StoredVectors[] tensors)
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(path,
            [.. tensors.Select(each => (each.Path.Replace('/', '.'), tensor(each.Values, each.Shape).to_type(each.Type)))],
            new Dictionary<string, string>());
    }

    static byte[] Pickled(string container, StoredVectors[] tensors, bool parameters, (string Key, object? Value)[] more)
    {
        var rows = tensors.Select((each, i) => new StoredRow($"{Name(each.Type)}Storage", $"{i}", each.Values.Length, Bytes(each)))
            .ToArray();
        var stored = tensors.Zip(rows, (each, row) => TorchFiles.Whole(row, each.Shape) with { IsParameter = parameters }).ToArray();
        object? root = stored[0];
        if (tensors[0].Path.Length > 0)
        {
            var top = new Dictionary<string, object?>();
            foreach (var (each, value) in tensors.Zip(stored)) Put(top, each.Path.Split('/'), value);
            foreach (var (key, value) in more) top[key] = value;
            root = top;
        }
        return container == "zip" ? TorchFiles.Zip(root, rows) : TorchFiles.Legacy(root, rows);
    }

    static void Put(Dictionary<string, object?> top, string[] path, object value)
    {
        foreach (var level in path[..^1])
        {
            if (!top.TryGetValue(level, out var inner)) top.Add(level, inner = new Dictionary<string, object?>());
            top = (Dictionary<string, object?>)inner!;
        }
        top.Add(path[^1], value);
    }

    static string Name(ScalarType type) => type switch
    {
        ScalarType.Float32 => "Float",
        ScalarType.Float16 => "Half",
        ScalarType.BFloat16 => "BFloat16",
        _ => "Long",
    };

    static byte[] Bytes(StoredVectors tensor) => [.. tensor.Values.SelectMany(value => tensor.Type switch
    {
        ScalarType.Float32 => BitConverter.GetBytes(value),
        ScalarType.Float16 => BitConverter.GetBytes((Half)value),
        ScalarType.BFloat16 => BitConverter.GetBytes(value)[2..],
        _ => BitConverter.GetBytes((long)value),
    })];
}
