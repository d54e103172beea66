using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// A safetensors file: <c>8 bytes N | N bytes of JSON | the tensors' bytes</c>, little-endian (github.com/huggingface/safetensors,
/// "Format"). The whole header is checked when the file is opened; a tensor is read only when it is asked for. Reading is thread-safe.
/// </summary>
/// <remarks>The file is not mapped: its pages would count as memory of the process, as much as the weights themselves.</remarks>
sealed class SafeTensorsFile : ITensorSource
{
    const int LengthBytes = sizeof(ulong);

    readonly SafeFileHandle file;
    readonly Dictionary<string, TensorEntry> entries;

    SafeTensorsFile(string path, SafeFileHandle file, SafeTensorsHeader header)
    {
        Path = path;
        this.file = file;
        Metadata = header.Metadata;
        Names = [.. header.Entries.Select(entry => entry.Name)];
        entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    public string Path { get; }

    /// <summary>Names of all tensors, in the order of their bytes in the file.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>Metadata of the file: keys and free text; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    public TensorEntry this[string name] => entries.TryGetValue(name, out var entry)
        ? entry
        : throw new CheckpointException($"{Path} holds no tensor {CheckpointException.Quoted(name)}; use a file that has it.");

    /// <summary>Returns whether the file holds a tensor of that name.</summary>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, cut off, or breaks a rule of the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length < LengthBytes) throw SafeTensorsHeader.Refusal(path, length == 0 ? "it is empty" : $"it has only {length} bytes");
            return new SafeTensorsFile(path, file, ReadHeader(path, file, length));
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is FileNotFoundException or DirectoryNotFoundException) throw CheckpointException.Absent(path, e);
            if (e is IOException or UnauthorizedAccessException) throw CheckpointException.Unreadable(path, e);
            throw;
        }
    }

    static SafeTensorsHeader ReadHeader(string path, SafeFileHandle file, long fileLength)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        Fill(file, prefix, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        RequireNoOtherContent(path, file, fileLength);
        var rest = fileLength - LengthBytes;
        if (length > SafeTensorsHeader.MaxLength)
            throw SafeTensorsHeader.Refusal(path, $"its header claims {length} bytes, more than the {SafeTensorsHeader.MaxLength} allowed");
        if (length > (ulong)rest)
            throw SafeTensorsHeader.Refusal(
                path, $"its header claims {length} bytes, but only {rest} follow, so the file is cut off or is not a safetensors file");

        var json = new byte[length];
        Fill(file, json, LengthBytes);
        return SafeTensorsHeader.Parse(json, path, LengthBytes + json.Length, rest - json.Length);
    }

    static void RequireNoOtherContent(string path, SafeFileHandle file, long fileLength)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(fileLength, WrongContent.Length)];
        Fill(file, start, 0);
        if (WrongContent.Of(start) is { } wrong) throw new CheckpointException($"{path} {wrong}.");
    }

    public Tensor Read(string name)
    {
        var entry = this[name];
        // Torch expects 0 or 1 in the bytes of a bool; a file may hold anything.
        if (entry.Type != ScalarType.Bool) return ReadAs(entry, entry.Type);
        using var bytes = ReadAs(entry, ScalarType.Byte);
        return bytes.ne(0);
    }

    Tensor ReadAs(TensorEntry entry, ScalarType type)
    {
        var tensor = empty(entry.Shape, dtype: type);
        var offset = entry.Offset;
        try
        {
            TensorBytes.ForEachChunk(tensor, bytes =>
            {
                Fill(file, bytes, offset);
                offset += bytes.Length;
            });
        }
        catch (IOException e)
        {
            tensor.Dispose();
            throw CheckpointException.Unreadable(Path, e);
        }
        return tensor;
    }

    static void Fill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(file, bytes, offset);
            if (count == 0) throw new EndOfStreamException("the file became shorter while it was read");
            bytes = bytes[count..];
            offset += count;
        }
    }

    public void Dispose() => file.Dispose();
}
