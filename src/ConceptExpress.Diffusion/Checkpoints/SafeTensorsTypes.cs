using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Element types that both the safetensors format and torch have.</summary>
static class SafeTensorsTypes
{
    static readonly (string Name, ScalarType Type, int Bytes)[] Table =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Names of all types in the format, for messages.</summary>
    public static string Names => string.Join(", ", Table.Select(row => row.Name));

    /// <summary>Finds the torch type, and the bytes per element, of a name in the format.</summary>
    public static bool TryFind(string name, out ScalarType type, out int bytes)
    {
        var row = Array.Find(Table, row => row.Name == name);
        (type, bytes) = (row.Type, row.Bytes);
        return row.Name is not null;
    }

    /// <summary>Finds the name in the format, and the bytes per element, of a torch type.</summary>
    public static bool TryFind(ScalarType type, out string name, out int bytes)
    {
        var row = Array.Find(Table, row => row.Type == type);
        (name, bytes) = (row.Name, row.Bytes);
        return row.Name is not null;
    }
}
