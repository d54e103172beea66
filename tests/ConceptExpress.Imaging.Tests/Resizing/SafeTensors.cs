using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ConceptExpress.Imaging.Tests;

/// <summary>A safetensors file as far as these tests need it: they know neither torch nor the project that reads checkpoints.</summary>
sealed class SafeTensors
{
    readonly byte[] data;
    readonly Dictionary<string, (string Kind, int[] Shape, int Begin, int End)> entries = [];

    public SafeTensors(string path)
    {
        var file = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        data = file[(8 + headerLength)..];
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];
            entries[entry.Name] = (entry.Value.GetProperty("dtype").GetString()!, shape, offsets[0].GetInt32(), offsets[1].GetInt32());
        }
    }

    public IEnumerable<string> Keys => entries.Keys;

    public int[] Shape(string key) => entries[key].Shape;

    public ReadOnlySpan<byte> Bytes(string key)
    {
        Assert.Equal("U8", entries[key].Kind);
        return Raw(key);
    }

    public float[] Floats(string key) => entries[key].Kind switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(Raw(key)).ToArray(),
        "F16" => [.. MemoryMarshal.Cast<byte, Half>(Raw(key)).ToArray().Select(value => (float)value)],
        var kind => throw new NotSupportedException($"{key} holds {kind}, not F32 or F16"),
    };

    ReadOnlySpan<byte> Raw(string key) => data.AsSpan(entries[key].Begin, entries[key].End - entries[key].Begin);
}
