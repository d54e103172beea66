using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Library.Embeddings;

/// <summary>One tensor of a file.</summary>
/// <param name="Name">Its name, with those of the dictionaries around it, joined by dots; empty if the file is this tensor alone.</param>
/// <param name="Type">The stored element type.</param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="Read">Reads it into a new CPU tensor of the stored type, owned by the caller.</param>
sealed record NamedTensor(string Name, ScalarType Type, long[] Shape, Func<Tensor> Read);

/// <summary>
/// The tensors of a file, whether it is in safetensors or was written by torch.save (zip or legacy form). The content decides which, not
/// the name. Of a pickle, only tensors and texts are read; nothing is executed.
/// </summary>
sealed class TensorFile : IDisposable
{
    // More than any checkpoint has. The dictionaries of a hostile pickle can repeat a tensor far more often.
    const int MaxTensors = 20_000;

    TensorFile(ITensorSource source, IReadOnlyList<NamedTensor> tensors, string? title) =>
        (Source, Tensors, Title) = (source, tensors, title);

    /// <summary>The container, with the names that checkpoints have.</summary>
    public ITensorSource Source { get; }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path => Source.Path;

    /// <summary>All tensors, in the order of the file. Their names are different.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The text <c>name</c> at the top of a pickle; null if there is none.</summary>
    public string? Title { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="EmbeddingException">The file is missing, or neither in safetensors nor of torch.save.</exception>
    /// <exception cref="CheckpointException">The file is damaged, or its pickle asks for anything but tensors and plain data.</exception>
    public static TensorFile Open(string path)
    {
        if (!IsPickle(path))
        {
            var file = SafeTensorsFile.Open(path);
            return new TensorFile(file, [.. file.Names.Select(name => Tensor(file, name))], null);
        }
        var pickle = PickleFile.Open(path);
        try
        {
            return new TensorFile(pickle, TensorsOf(pickle), ((pickle.Root as PickleDict)?["name"] as PickleText)?.Value);
        }
        catch
        {
            pickle.Dispose();
            throw;
        }
    }

    static bool IsPickle(string path)
    {
        const int headerStart = sizeof(ulong); // of safetensors: 8 bytes of length, then a JSON object
        Span<byte> start = stackalloc byte[WrongContent.Length];
        start = start[..ReadStart(path, start)];
        if (start.Length > headerStart && start[headerStart] == '{') return false;
        if (start.StartsWith("PK\x03\x04"u8) || (start.Length > 0 && start[0] == (byte)PickleOpcode.PROTO)) return true;
        throw new EmbeddingException(WrongContent.Of(start) is { } wrong
            ? $"{path} {wrong}."
            : $"{path} is {(start.Length == 0 ? "empty" : "neither a safetensors file nor one of torch.save")}; name an embedding file.");
    }

    static int ReadStart(string path, Span<byte> start)
    {
        try
        {
            if (Directory.Exists(path)) throw new EmbeddingException($"{path} is a folder; name an embedding file in it.");
            using var stream = File.OpenRead(path);
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmbeddingException($"{path} does not exist; check the path of the embedding file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new EmbeddingException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check its name and permissions.", e);
        }
    }

    static NamedTensor Tensor(SafeTensorsFile file, string name) =>
        new(name, file[name].Type, file[name].Shape, () => file.Read(name));

    static List<NamedTensor> TensorsOf(PickleFile file)
    {
        var found = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        var ordered = new List<NamedTensor>();
        var open = new Stack<(string Name, PickleValue Value)>([("", file.Root)]);
        while (open.TryPop(out var at))
        {
            if (at.Value is PickleTensor tensor)
            {
                var named = new NamedTensor(at.Name, tensor.Storage.Type, tensor.Shape, () => file.Read(tensor));
                if (!found.TryAdd(at.Name, named))
                    throw new EmbeddingException(
                        $"{file.Path} has two tensors called {CheckpointException.Quoted(at.Name)}; save it again.");
                ordered.Add(named);
                if (ordered.Count > MaxTensors)
                    throw new EmbeddingException($"{file.Path} has more than {MaxTensors} tensors; name an embedding file.");
            }
            foreach (var child in Children(at.Value).Reverse())
                open.Push((at.Name.Length == 0 ? child.Name : $"{at.Name}.{child.Name}", child.Value));
        }
        return ordered;
    }

    // Values below keys that are no texts or numbers cannot be named, so they cannot be meant.
    static IEnumerable<(string Name, PickleValue Value)> Children(PickleValue value) => value switch
    {
        PickleDict dict => dict.Entries.Where(entry => entry.Key is PickleText or PickleInteger).Select(entry =>
            ((entry.Key as PickleText)?.Value ?? ((PickleInteger)entry.Key).Value.ToString(), entry.Value)),
        PickleList list => list.Items.Select((item, i) => ($"{i}", item)),
        _ => [],
    };

    public void Dispose() => Source.Dispose();
}
