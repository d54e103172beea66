using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>The weights of a component (UNet, VAE, text encoder) in a folder: one safetensors file, or shards with an index.</summary>
sealed class WeightFiles : ITensorSource
{
    static readonly string[] Stems = ["diffusion_pytorch_model", "model"];

    // Full precision is preferred; some repositories have both.
    static readonly string[] SingleFiles = [.. Stems.Select(stem => $"{stem}.safetensors")];
    static readonly string[] Indexes = [.. Stems.Select(stem => $"{stem}.safetensors.index.json")];
    static readonly string[] HalfFiles = [.. Stems.Select(stem => $"{stem}.fp16.safetensors")];
    static readonly string[] HalfIndexes = [.. Stems.Select(stem => $"{stem}.safetensors.index.fp16.json")];

    readonly IReadOnlyDictionary<string, string> shardOf;
    readonly Dictionary<string, SafeTensorsFile> opened = new(StringComparer.Ordinal);
    readonly Lock opening = new();

    WeightFiles(string path, IReadOnlyDictionary<string, string> shardOf)
    {
        Path = path;
        this.shardOf = shardOf;
        Names = [.. shardOf.Keys];
    }

    /// <summary>Path of the weight file or index that was found.</summary>
    public string Path { get; }

    /// <summary>Paths of all files that the weights come from: the single file, or the index and its shards.</summary>
    public IReadOnlyList<string> Files => [.. shardOf.Values.Prepend(Path).Distinct(StringComparer.Ordinal)];

    public IReadOnlyCollection<string> Names { get; }

    public TensorEntry this[string name] => Shard(name)[name];

    public Tensor Read(string name) => Shard(name).Read(name);

    /// <summary>
    /// Finds the weights in <paramref name="folder"/>. The first that exists is used: <c>diffusion_pytorch_model.safetensors</c> or
    /// <c>model.safetensors</c>, then an index of their shards, then the same in half precision (<c>fp16</c>). A shard is opened when one
    /// of its tensors is first used.
    /// </summary>
    /// <exception cref="CheckpointException">There are no weights, only pickled ones, or they are damaged.</exception>
    public static WeightFiles Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new CheckpointException($"The folder {folder} does not exist; check the path or download the checkpoint.");
        return OpenAmong(folder, SingleFiles, Indexes) ?? OpenAmong(folder, HalfFiles, HalfIndexes) ?? throw NothingIn(folder);
    }

    static WeightFiles? OpenAmong(string folder, string[] files, string[] indexes)
    {
        if (Existing(folder, files) is { } file) return OpenSingle(file);
        if (Existing(folder, indexes) is { } index) return new WeightFiles(index, ShardIndex.Read(index));
        return null;
    }

    static WeightFiles OpenSingle(string path)
    {
        var file = SafeTensorsFile.Open(path);
        var weights = new WeightFiles(path, file.Names.ToDictionary(name => name, _ => path, StringComparer.Ordinal));
        weights.opened.Add(path, file);
        return weights;
    }

    static string? Existing(string folder, string[] names) =>
        names.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static CheckpointException NothingIn(string folder)
    {
        var pickled = Directory.EnumerateFiles(folder).Select(System.IO.Path.GetFileName)
            .Where(name => System.IO.Path.GetExtension(name) is ".bin" or ".ckpt" or ".pt" or ".pth")
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return pickled is null
            ? new CheckpointException($"{folder} holds no weights; it should have {string.Join(" or ", SingleFiles)}.")
            : new CheckpointException(
                $"{folder} has its weights only as a pickle ({pickled}), which is not read because opening it can run code; " +
                "download the safetensors version of the checkpoint or convert it.");
    }

    SafeTensorsFile Shard(string name)
    {
        if (!shardOf.TryGetValue(name, out var path))
            throw new CheckpointException($"{Path} holds no tensor {Quoted(name)}; use weights that have it.");
        lock (opening)
        {
            if (!opened.TryGetValue(path, out var shard)) opened.Add(path, shard = SafeTensorsFile.Open(path));
            return shard;
        }
    }

    public void Dispose()
    {
        lock (opening)
        {
            foreach (var shard in opened.Values) shard.Dispose();
            opened.Clear();
        }
    }
}
