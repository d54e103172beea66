using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// Writes safetensors files. The same tensors and metadata give the same bytes: tensors are sorted by element size, largest first, then by
/// name. As in the format's own writer, this order also aligns every tensor to its element size.
/// </summary>
static class SafeTensorsWriter
{
    const int Alignment = 8;

    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    sealed record Item(string Name, Tensor Tensor, string Type, long Bytes, int ElementBytes);

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, then renames it, so that <paramref name="path"/> is never an incomplete
    /// file.
    /// </summary>
    /// <param name="path">The file to write or replace. Its folder must exist.</param>
    /// <param name="tensors">Tensors on any device, in any layout; they are not disposed of.</param>
    /// <param name="metadata">Keys and free text for the header; null for none.</param>
    /// <exception cref="ArgumentException">A name is used twice or reserved, or the format does not have the element type.</exception>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var items = Arranged(tensors);
        var header = Header(items, metadata ?? new Dictionary<string, string>());
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(header);
                foreach (var item in items) WriteBytes(stream, item.Tensor);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (File.Exists(temporary)) File.Delete(temporary);
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new CheckpointException(
                $"{path} cannot be written ({e.Message.TrimEnd('.')}); check the folder, its permissions and the free space.", e);
        }
    }

    static List<Item> Arranged(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafeTensorsHeader.MetadataKey };
        var items = new List<Item>();
        foreach (var (name, tensor) in tensors)
        {
            if (!names.Add(name)) throw new ArgumentException($"The tensor name '{name}' is used twice or reserved.", nameof(tensors));
            if (!SafeTensorsTypes.TryFind(tensor.dtype, out var type, out var bytes))
                throw new ArgumentException(
                    $"Tensor '{name}' is {tensor.dtype}, but safetensors supports only {SafeTensorsTypes.Names}.", nameof(tensors));
            items.Add(new Item(name, tensor, type, tensor.NumberOfElements * bytes, bytes));
        }
        return [.. items.OrderByDescending(item => item.ElementBytes).ThenBy(item => item.Name, StringComparer.Ordinal)];
    }

    static byte[] Header(IReadOnlyList<Item> items, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            if (metadata.Count > 0) WriteMetadata(json, metadata);
            long offset = 0;
            foreach (var item in items)
            {
                WriteEntry(json, item, offset);
                offset += item.Bytes;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0) buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafeTensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    static void WriteEntry(Utf8JsonWriter json, Item item, long offset)
    {
        json.WriteStartObject(item.Name);
        json.WriteString("dtype", item.Type);
        json.WriteStartArray("shape");
        foreach (var size in item.Tensor.shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + item.Bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteBytes(FileStream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        TensorBytes.ForEachChunk(tensor.detach().cpu().contiguous(), bytes => stream.Write(bytes));
    }
}
