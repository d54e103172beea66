namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>Exceptions for PyTorch files that are not read.</summary>
static class PickleRefusal
{
    /// <summary>The file is damaged, or has a form that is not supported.</summary>
    public static CheckpointException Of(string path, string problem, Exception? inner = null) =>
        new($"{path} is not a usable PyTorch file: {problem}; download or save it again, or use its safetensors version.", inner);

    /// <summary>The file asks for something that loading tensors does not need. It was not done.</summary>
    public static CheckpointException Unneeded(string path, string problem) =>
        new($"{path} is refused: {problem}, which loading tensors does not need and which was not run; use its safetensors version.");
}
