using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>The weight files of a checkpoint in the diffusers layout.</summary>
static class CheckpointPart
{
    internal const string TextFile = "model.safetensors";

    const string OtherFile = "diffusion_pytorch_model.safetensors";

    /// <summary>Writes a part's weights in fp16, whole or not at all.</summary>
    /// <param name="folder">The checkpoint, whose folder <paramref name="part"/> exists.</param>
    /// <param name="part"><c>unet</c>, <c>vae</c> or <c>text_encoder</c>; also the name of the module in <paramref name="parameters"/>.</param>
    /// <param name="parameters">Tells names and shapes.</param>
    /// <param name="weights">All values, (n) fp32.</param>
    public static void Write(string folder, string part, FlatParameters parameters, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, part, part == "text_encoder" ? TextFile : OtherFile);
        SafeTensorsWriter.Write(path, [.. parameters.Of(part, weights).Select(item => (item.Name, item.Values.to(float16)))]);
    }

    /// <summary>Fills a module with a part's weights.</summary>
    /// <exception cref="CheckpointException">The part is missing, or not of the module's shape; names the tensor.</exception>
    public static void Read(string folder, string part, nn.Module module)
    {
        using var weights = WeightFiles.Open(Path.Combine(folder, part));
        StrictLoader.Load(module, weights, $"{part} of {folder}", ignore: WeightNames.IsPositionIds);
    }
}
