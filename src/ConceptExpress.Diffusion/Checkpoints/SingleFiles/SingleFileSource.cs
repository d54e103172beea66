using ConceptExpress.Diffusion.Checkpoints.Pickles;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>An open single file.</summary>
/// <param name="Tensors">Its tensors. Disposed of with this source.</param>
/// <param name="Metadata">What the file says of itself: keys and free text.</param>
sealed record SingleFileSource(ITensorSource Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <summary>Opens a file in safetensors, or a pickle, of which nothing but tensors is read (<see cref="PickleFile"/>).</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another format.</exception>
    public static SingleFileSource Open(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".ckpt" or ".pt" or ".pth" or ".bin")
            return new SingleFileSource(PickleFile.Open(path), new Dictionary<string, string>());
        var file = SafeTensorsFile.Open(path);
        return new SingleFileSource(file, file.Metadata);
    }

    public void Dispose() => Tensors.Dispose();
}
