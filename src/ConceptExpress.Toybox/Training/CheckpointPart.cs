using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Reads and writes the weight files of a checkpoint in the diffusers layout.</summary>
static class CheckpointPart
{
    internal const string TextFile = "model.safetensors";

    const string OtherFile = "diffusion_pytorch_model.safetensors";

    /// <summary>Writes the weights of one part in fp16. The file is replaced as a whole or not at all.</summary>
    /// <param name="folder">The checkpoint's folder; its subfolder <paramref name="part"/> must exist.</param>
    /// <param name="part"><c>unet</c>, <c>vae</c> or <c>text_encoder</c>; also the module's name in <paramref name="parameters"/>.</param>
    /// <param name="parameters">Names and shapes of the parameters.</param>
    /// <param name="weights">All values of <paramref name="parameters"/>, (n) fp32.</param>
    public static void Write(string folder, string part, FlatParameters parameters, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, part, part == "text_encoder" ? TextFile : OtherFile);
        SafeTensorsWriter.Write(path, [.. parameters.Of(part, weights).Select(item => (item.Name, item.Values.to(float16)))]);
    }

    /// <summary>Loads the weights of one part into a module.</summary>
    /// <exception cref="CheckpointException">The part is missing, or a tensor does not fit the module; the message names it.</exception>
    public static void Read(string folder, string part, nn.Module module)
    {
        using var weights = WeightFiles.Open(Path.Combine(folder, part));
        StrictLoader.Load(module, weights, $"{part} of {folder}", ignore: WeightNames.IsPositionIds);
    }
}
