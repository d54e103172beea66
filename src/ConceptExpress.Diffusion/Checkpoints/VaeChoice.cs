using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>The autoencoder of a single file, or the one that was named in its place.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Files">
/// Files of its own, if it does not come from the checkpoint's file, except those that <paramref name="Fill"/> returns.
/// </param>
/// <param name="Fill">Fills the module with the weights, and returns the files that were read.</param>
/// <param name="Opened">A file that must stay open until the weights are read; null if there is none.</param>
sealed record VaeChoice(
    VaeConfig Config, IReadOnlyList<CheckpointFile> Files, Func<nn.Module, IEnumerable<CheckpointFile>> Fill, IDisposable? Opened)
    : IDisposable
{
    const string Kind = "autoencoder";
    const string Prefix = "first_stage_model.";

    /// <summary>The autoencoder in the checkpoint's own file.</summary>
    /// <exception cref="CheckpointException">The file has none, or its sizes are not supported.</exception>
    public static VaeChoice Within(ITensorSource checkpoint, UnstoredSizes sizes)
    {
        if (!checkpoint.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
            throw new CheckpointException($"{checkpoint.Path} holds no autoencoder; name one: a file, or the vae folder of a Stable " +
                "Diffusion 1.x or 2.x checkpoint in the diffusers layout.");
        return Of(checkpoint, sizes, [], null);
    }

    /// <summary>
    /// Another autoencoder: a file, a folder in the diffusers layout, or a checkpoint in that layout with the folder <c>vae</c>.
    /// </summary>
    /// <exception cref="CheckpointException">There is none at the path, or it is not supported.</exception>
    public static VaeChoice At(string path, UnstoredSizes sizes)
    {
        if (Directory.Exists(path))
        {
            path = CheckpointOptions.PartOf(path, "vae");
            IEnumerable<CheckpointFile> Named(IEnumerable<string> files) =>
                files.Select(file => new CheckpointFile($"vae/{Path.GetFileName(file)}", Path.GetFullPath(file)));
            return new VaeChoice(DiffusersFolder.ReadVaeConfig(path), [.. Named([Path.Combine(path, "config.json")])],
                module => Named(DiffusersFolder.FillFrom(path, module)), null);
        }
        var opened = SingleFileSource.Open(path);
        try
        {
            return Of(opened.Tensors, sizes, [new CheckpointFile("vae", Path.GetFullPath(path))], opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    static VaeChoice Of(ITensorSource source, UnstoredSizes sizes, IReadOnlyList<CheckpointFile> files, IDisposable? opened)
    {
        var prefix = source.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)) ? Prefix : "";
        var part = FilePart.Below(source, prefix, Kind, name => IgnoredTensors.KindOf(name) is not null);
        var isDiffusers = part.Has("encoder.down_blocks") && part.Has("decoder.up_blocks");
        if (!isDiffusers && !(part.Has("encoder.down") && part.Has("decoder.up")))
            throw new CheckpointException($"{source.Path} is no autoencoder of Stable Diffusion, because it has no encoder and decoder; " +
                "name a file with one, or the vae folder of a checkpoint in the diffusers layout.");
        var original = isDiffusers ? part.Renamed(FromDiffusers(part).ToOriginal) : part;
        var config = VaeShapes.Infer(original, sizes).Validated(source.Path);
        var table = isDiffusers ? null : VaeNames.Of(config.BlockOutChannels.Length, config.LayersPerBlock);
        return new VaeChoice(config, files, module =>
        {
            part.Fill(module, table);
            return [];
        }, opened);
    }

    static NameTable FromDiffusers(FilePart part) => VaeNames.Of(
        part.Count(level => $"encoder.down_blocks.{level}"), part.Count(block => $"encoder.down_blocks.0.resnets.{block}"));

    public void Dispose() => Opened?.Dispose();
}
