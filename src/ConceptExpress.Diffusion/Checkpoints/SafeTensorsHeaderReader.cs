using System.Text.Json;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Reads the JSON of a header once, from start to end, and throws at the first violation of the format.</summary>
ref struct SafeTensorsHeaderReader(ReadOnlySpan<byte> header, string path, long dataStart, long dataLength)
{
    // More dimensions than any library supports. Without a limit, a header full of ones would become a large array.
    const int MaxRank = 64;

    Utf8JsonReader json = new(header);

    /// <summary>Reads the whole header.</summary>
    /// <exception cref="JsonException">The header is not one JSON object.</exception>
    /// <exception cref="InvalidOperationException">A name or text is not valid Unicode.</exception>
    /// <exception cref="CheckpointException">A rule of the format is broken.</exception>
    public SafeTensorsHeader Read()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<TensorEntry>();
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();

        Next();
        while (Next() == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!names.Add(name)) throw Refusal($"its header names {Quoted(name)} twice");
            Next();
            if (name == SafeTensorsHeader.MetadataKey) metadata = ReadMetadata();
            else entries.Add(ReadEntry(name));
        }
        json.Read(); // throws if anything but white space follows

        entries.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
        RequireFullyIndexed(entries);
        return new SafeTensorsHeader(entries, metadata);
    }

    Dictionary<string, string> ReadMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.TokenType != JsonTokenType.StartObject) throw Refusal("its metadata is not a JSON object");
        while (Next() == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            if (Next() != JsonTokenType.String) throw Refusal($"its metadata {Quoted(key)} is not a string");
            if (!metadata.TryAdd(key, json.GetString()!)) throw Refusal($"its metadata names {Quoted(key)} twice");
        }
        return metadata;
    }

    TensorEntry ReadEntry(string name)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Refusal(name, "is not described by a JSON object");
        string? type = null;
        List<long>? shape = null, offsets = null;
        var fields = new HashSet<string>(StringComparer.Ordinal);
        while (Next() == JsonTokenType.PropertyName)
        {
            var field = json.GetString()!;
            if (!fields.Add(field)) throw Refusal(name, $"has the field {Quoted(field)} twice");
            Next();
            switch (field)
            {
                case "dtype": type = ReadText(name, field); break;
                case "shape": shape = ReadSizes(name, field, MaxRank); break;
                case "data_offsets": offsets = ReadSizes(name, field, 2); break;
                default: json.Skip(); break; // the format's own reader ignores unknown fields, too
            }
        }
        return Checked(name,
            type ?? throw Refusal(name, "has no dtype"), shape ?? throw Refusal(name, "has no shape"),
            offsets ?? throw Refusal(name, "has no data_offsets"));
    }

    readonly TensorEntry Checked(string name, string typeName, List<long> sizes, List<long> offsets)
    {
        if (!SafeTensorsTypes.TryFind(typeName, out var type, out var bytes))
            throw Refusal(name, $"has the dtype {Quoted(typeName)}, which is not one of {SafeTensorsTypes.Names}");
        var shape = sizes.ToArray();
        if (TensorShape.ElementCount(shape) is not { } count || count > long.MaxValue / bytes)
            throw Refusal(name, $"has the shape {TensorShape.Text(shape)}, whose size overflows");
        if (offsets is not [var begin, var end]) throw Refusal(name, "has data_offsets that are not two numbers");
        if (begin > end) throw Refusal(name, $"has offsets out of order ({begin}, {end})");
        if (end > dataLength)
            throw Refusal(name, $"ends at byte {end} of only {dataLength} bytes of data, so the file is cut off or its header is wrong");
        if (end - begin != count * bytes)
            throw Refusal(name, $"has {end - begin} bytes, but shape {TensorShape.Text(shape)} of {typeName} takes {count * bytes}");
        return new TensorEntry(name, type, shape, dataStart + begin, end - begin);
    }

    // "The byte buffer needs to be entirely indexed, and cannot contain holes" (the format's description).
    readonly void RequireFullyIndexed(List<TensorEntry> entries)
    {
        var end = dataStart;
        foreach (var entry in entries)
        {
            if (entry.Offset < end) throw Refusal(entry.Name, "overlaps another tensor");
            if (entry.Offset > end) throw Refusal(entry.Name, $"follows a hole of {entry.Offset - end} bytes that belong to no tensor");
            end += entry.Length;
        }
        if (end != dataStart + dataLength) throw Refusal($"its last {dataStart + dataLength - end} bytes belong to no tensor");
    }

    readonly string ReadText(string name, string field) =>
        json.TokenType == JsonTokenType.String ? json.GetString()! : throw Refusal(name, $"has a {field} that is not a string");

    List<long> ReadSizes(string name, string field, int atMost)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw Refusal(name, $"has a {field} that is not a list");
        var sizes = new List<long>();
        while (Next() != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var size) || size < 0)
                throw Refusal(name, $"has a {field} with entries that are not whole numbers from 0 to {long.MaxValue}");
            if (sizes.Count == atMost) throw Refusal(name, $"has a {field} with more than {atMost} numbers");
            sizes.Add(size);
        }
        return sizes;
    }

    JsonTokenType Next() => json.Read() ? json.TokenType : throw new JsonException("The header ends too early.");

    readonly CheckpointException Refusal(string problem) => SafeTensorsHeader.Refusal(path, problem);

    readonly CheckpointException Refusal(string name, string problem) => Refusal($"tensor {Quoted(name)} {problem}");
}
