namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>An open single file.</summary>
/// <param name="Tensors">Its tensors. Disposed of with this source.</param>
/// <param name="Metadata">What the file says of itself: keys and free text.</param>
sealed record SingleFileSource(ITensorSource Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <summary>Opens a file in safetensors.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another format.</exception>
    public static SingleFileSource Open(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".ckpt" or ".pt" or ".pth" or ".bin")
            throw new CheckpointException($"{path} is a pickle, which is not read because opening it can run code; download the " +
                "safetensors version of the checkpoint or convert it.");
        var file = SafeTensorsFile.Open(path);
        return new SingleFileSource(file, file.Metadata);
    }

    public void Dispose() => Tensors.Dispose();
}
