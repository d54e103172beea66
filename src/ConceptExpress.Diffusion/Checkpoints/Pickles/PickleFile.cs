using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// A file of torch.save (<c>.ckpt</c>, <c>.pt</c>, <c>.pth</c>, <c>.bin</c>), read without Python and without running anything that it
/// asks for: a restricted interpreter makes tensors and plain data, and refuses everything else by name. The whole tree is checked when the
/// file is opened; a tensor is copied only when it is read. Reading is thread-safe.
/// </summary>
/// <remarks>
/// The named tensors are those of the dictionary <c>state_dict</c> (Stable Diffusion) or <c>model</c> at the top of the tree if it holds
/// any, otherwise those of the top itself. Other tensors are found from <see cref="Root"/>.
/// </remarks>
sealed class PickleFile : ITensorSource
{
    static readonly string[] StateKeys = ["state_dict", "model"];

    readonly RangeFile file;
    readonly PickleContents contents;
    readonly Dictionary<string, PickleTensor> tensors;

    PickleFile(RangeFile file, PickleContents contents)
    {
        (this.file, this.contents) = (file, contents);
        var named = NamedTensors(contents.Root).ToList();
        Names = [.. named.Select(tensor => tensor.Name)];
        tensors = named.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor, StringComparer.Ordinal);
    }

    public string Path => file.Path;

    /// <summary>Everything that the file describes.</summary>
    public PickleValue Root => contents.Root;

    /// <summary>Names of the named tensors, in the order of the file; empty if there are none.</summary>
    public IReadOnlyCollection<string> Names { get; }

    public TensorEntry this[string name]
    {
        get
        {
            var tensor = Named(name);
            var storage = tensor.Storage;
            return new TensorEntry(name, storage.Type, tensor.Shape, Start(tensor), tensor.Count * storage.ElementBytes);
        }
    }

    /// <summary>Returns whether the file has a named tensor of that name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>Opens a file and checks its tree.</summary>
    /// <exception cref="CheckpointException">
    /// The file is missing, unreadable, damaged, has an unsupported form, or asks for anything but tensors and plain data.
    /// </exception>
    public static PickleFile Open(string path)
    {
        var file = RangeFile.Open(path);
        try
        {
            return new PickleFile(file, PickleContents.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static IEnumerable<(string Name, PickleTensor Tensor)> NamedTensors(PickleValue root)
    {
        if (root is not PickleDict top) return [];
        var states = StateKeys.Select(key => top[key]).OfType<PickleDict>();
        return (states.FirstOrDefault(state => state.Tensors.Any()) ?? top).Tensors;
    }

    public Tensor Read(string name) => Read(Named(name));

    /// <summary>Reads a tensor of the tree into a new contiguous CPU tensor of the stored type, owned by the caller.</summary>
    /// <exception cref="ArgumentException">The tensor is from another file.</exception>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    public Tensor Read(PickleTensor tensor)
    {
        var start = Start(tensor);
        // Torch expects 0 or 1 in the bytes of a bool; a file may hold anything.
        if (tensor.Storage.Type != ScalarType.Bool) return ReadAs(tensor, tensor.Storage.Type, start);
        using var bytes = ReadAs(tensor, ScalarType.Byte, start);
        return bytes.ne(0);
    }

    Tensor ReadAs(PickleTensor tensor, ScalarType type, long start)
    {
        if (tensor.IsContiguous) return ReadRun(tensor.Shape, type, start);
        using var span = ReadRun([tensor.Span], type, start);
        using var view = span.as_strided(tensor.Shape, tensor.Strides);
        return view.contiguous();
    }

    Tensor ReadRun(long[] shape, ScalarType type, long offset)
    {
        var run = empty(shape, dtype: type);
        TensorBytes.ForEachChunk(run, bytes =>
        {
            file.Read(offset, bytes);
            offset += bytes.Length;
        });
        return run;
    }

    PickleTensor Named(string name) => tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new CheckpointException($"{Path} holds no tensor {CheckpointException.Quoted(name)}; use a file that has it.");

    long Start(PickleTensor tensor) => contents.Starts.TryGetValue(tensor.Storage, out var start)
        ? start + tensor.Offset * tensor.Storage.ElementBytes
        : throw new ArgumentException($"The tensor is not from {Path}.", nameof(tensor));

    public void Dispose() => file.Dispose();
}
