using ConceptExpress.Diffusion.Checkpoints.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// The weights of a component (UNet, VAE, text encoder) in a folder: one safetensors file, shards with an index, or one file of torch.save,
/// of which nothing but tensors is read (<see cref="PickleFile"/>).
/// </summary>
sealed class WeightFiles : ITensorSource
{
    static readonly string[] Stems = ["diffusion_pytorch_model", "model"];
    static readonly string[] PickledStems = ["diffusion_pytorch_model", "pytorch_model"];
    const string Pickled = ".bin";

    // The same weights in another precision are taken unasked, the most precise first. Others (ema, non_ema) are other weights.
    static readonly string?[] Unasked = [null, "fp16", "bf16"];

    readonly IReadOnlyDictionary<string, string> shardOf;
    readonly Dictionary<string, ITensorSource> opened = new(StringComparer.Ordinal);
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
    /// Finds the weights in <paramref name="folder"/>: <c>diffusion_pytorch_model.safetensors</c> or <c>model.safetensors</c>, or an index
    /// of their shards, else <c>diffusion_pytorch_model.bin</c> or <c>pytorch_model.bin</c>. A shard is opened when one of its tensors is
    /// first used.
    /// </summary>
    /// <param name="folder">Folder of the component.</param>
    /// <param name="variant">
    /// The variant to take if the folder has it, such as <c>fp16</c> or <c>ema</c>, a part of the file's name. Otherwise, and if it is
    /// null, the first of: the plain files, <c>fp16</c>, <c>bf16</c>, and only then those of torch.save.
    /// </param>
    /// <exception cref="CheckpointException">
    /// There are no weights, or only variants that must be named; or they are damaged.
    /// </exception>
    public static WeightFiles Open(string folder, string? variant = null)
    {
        if (!Directory.Exists(folder))
            throw new CheckpointException($"The folder {folder} does not exist; check the path or download the checkpoint.");
        IEnumerable<Func<WeightFiles?>> choices =
        [
            .. variant is null ? [] : new[] { () => OpenVariant(folder, variant), () => OpenPickled(folder, variant) },
            .. Unasked.Select(each => new Func<WeightFiles?>(() => OpenVariant(folder, each))),
            .. Unasked.Select(each => new Func<WeightFiles?>(() => OpenPickled(folder, each))),
        ];
        return choices.Select(open => open()).FirstOrDefault(found => found is not null) ?? throw NothingIn(folder);
    }

    /// <summary>Returns the variants of the weights in a folder, in alphabetical order; plain files are none.</summary>
    public static IReadOnlyList<string> VariantsIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder).Select(file => System.IO.Path.GetFileName(file))
            .SelectMany(name => Stems.SelectMany(stem => new[]
            {
                Between(name, $"{stem}.", ".safetensors"), Between(name, $"{stem}.safetensors.index.", ".json"),
            }).Concat(PickledStems.Select(stem => Between(name, $"{stem}.", Pickled))))
            .OfType<string>().Where(variant => variant.Length > 0 && !variant.Contains('-')).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether these weights are of a variant.</summary>
    public bool Is(string variant) => NamesOf(variant).Concat(PickledNamesOf(variant)).Contains(System.IO.Path.GetFileName(Path));

    static WeightFiles? OpenVariant(string folder, string? variant)
    {
        if (NamesOf(variant).Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists) is not { } path) return null;
        return path.EndsWith(".json", StringComparison.Ordinal)
            ? new WeightFiles(path, ShardIndex.Read(path))
            : OpenSingle(path, SafeTensorsFile.Open(path));
    }

    static WeightFiles? OpenPickled(string folder, string? variant) => PickledNamesOf(variant)
        .Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } path
        ? OpenSingle(path, PickleFile.Open(path))
        : null;

    static IEnumerable<string> PickledNamesOf(string? variant) =>
        PickledStems.Select(stem => variant is null ? stem + Pickled : $"{stem}.{variant}{Pickled}");

    static string[] NamesOf(string? variant) =>
    [
        .. Stems.Select(stem => variant is null ? $"{stem}.safetensors" : $"{stem}.{variant}.safetensors"),
        .. Stems.Select(stem => variant is null ? $"{stem}.safetensors.index.json" : $"{stem}.safetensors.index.{variant}.json"),
    ];

    static string? Between(string text, string start, string end) =>
        text.Length > start.Length + end.Length && text.StartsWith(start, StringComparison.Ordinal)
            && text.EndsWith(end, StringComparison.Ordinal)
            ? text[start.Length..^end.Length]
            : null;

    static WeightFiles OpenSingle(string path, ITensorSource file)
    {
        var weights = new WeightFiles(path, file.Names.ToDictionary(name => name, _ => path, StringComparer.Ordinal));
        weights.opened.Add(path, file);
        return weights;
    }

    static CheckpointException NothingIn(string folder)
    {
        var pickled = Directory.EnumerateFiles(folder).Select(System.IO.Path.GetFileName)
            .Where(name => System.IO.Path.GetExtension(name) is ".bin" or ".ckpt" or ".pt" or ".pth")
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (VariantsIn(folder) is [_, ..] variants)
            return new CheckpointException(
                $"{folder} holds its weights only as {string.Join(", ", variants)}; name one of them as the variant.");
        return pickled is null
            ? new CheckpointException($"{folder} holds no weights; it should have {string.Join(" or ", NamesOf(null)[..Stems.Length])}.")
            : new CheckpointException(
                $"{folder} has its weights only in {pickled}, which is not a name of weights in this layout; download the safetensors "
                + "version of the checkpoint.");
    }

    ITensorSource Shard(string name)
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
