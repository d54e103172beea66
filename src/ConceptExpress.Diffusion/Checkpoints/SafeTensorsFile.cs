using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// A memory-mapped safetensors file: <c>8 bytes N | N bytes of JSON | the tensors' bytes</c>, little-endian
/// (github.com/huggingface/safetensors, "Format"). The whole header is checked when the file is opened; a tensor is copied only when it is
/// read. Reading is thread-safe.
/// </summary>
sealed class SafeTensorsFile : ITensorSource
{
    const int LengthBytes = sizeof(ulong);

    readonly MemoryMappedFile file;
    readonly MemoryMappedViewAccessor view;
    readonly Dictionary<string, TensorEntry> entries;

    SafeTensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, SafeTensorsHeader header)
    {
        Path = path;
        (this.file, this.view) = (file, view);
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
        try
        {
            return Map(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CheckpointException.Absent(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.Unreadable(path, e);
        }
    }

    static SafeTensorsFile Map(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var length = stream.Length;
            if (length < LengthBytes) throw SafeTensorsHeader.Refusal(path, length == 0 ? "it is empty" : $"it has only {length} bytes");
            file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            return new SafeTensorsFile(path, file, view, ReadHeader(path, view, length));
        }
        catch
        {
            view?.Dispose();
            file?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    static SafeTensorsHeader ReadHeader(string path, MemoryMappedViewAccessor view, long fileLength)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        view.SafeMemoryMappedViewHandle.ReadSpan(0, prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        RequireNoOtherContent(path, view, fileLength);
        var rest = fileLength - LengthBytes;
        if (length > SafeTensorsHeader.MaxLength)
            throw SafeTensorsHeader.Refusal(path, $"its header claims {length} bytes, more than the {SafeTensorsHeader.MaxLength} allowed");
        if (length > (ulong)rest)
            throw SafeTensorsHeader.Refusal(
                path, $"its header claims {length} bytes, but only {rest} follow, so the file is cut off or is not a safetensors file");

        var json = new byte[length];
        view.SafeMemoryMappedViewHandle.ReadSpan<byte>(LengthBytes, json);
        return SafeTensorsHeader.Parse(json, path, LengthBytes + json.Length, rest - json.Length);
    }

    static void RequireNoOtherContent(string path, MemoryMappedViewAccessor view, long fileLength)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(fileLength, WrongContent.Length)];
        view.SafeMemoryMappedViewHandle.ReadSpan(0, start);
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
        var offset = (ulong)entry.Offset;
        TensorBytes.ForEachChunk(tensor, bytes =>
        {
            view.SafeMemoryMappedViewHandle.ReadSpan(offset, bytes);
            offset += (ulong)bytes.Length;
        });
        return tensor;
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
