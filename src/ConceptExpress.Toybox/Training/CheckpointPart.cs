using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Reads and writes the weight files of a checkpoint in the diffusers layout.</summary>
static class CheckpointPart
{
    internal const string TextFile = "model.safetensors";

    /// <summary>Metadata without which diffusers and transformers do not read a file: it tells that the tensors are PyTorch's.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Metadata = new Dictionary<string, string> { ["format"] = "pt" };

    const string OtherFile = "diffusion_pytorch_model.safetensors";

    /// <summary>
    /// Writes the weights of one part in fp16, so that diffusers reads them from version 0.12 on, which the configurations name. The file
    /// is
    /// replaced as a whole or not at all.
    /// </summary>
    /// <param name="folder">The checkpoint's folder; its subfolder <paramref name="part"/> must exist.</param>
    /// <param name="part"><c>unet</c>, <c>vae</c> or <c>text_encoder</c>; also the module's name in <paramref name="parameters"/>.</param>
    /// <param name="parameters">Names and shapes of the parameters.</param>
    /// <param name="weights">All values of <paramref name="parameters"/>, (n) fp32.</param>
    public static void Write(string folder, string part, FlatParameters parameters, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, part, part == "text_encoder" ? TextFile : OtherFile);
        var name = part == "vae" ? WeightNames.ToOldVaeAttention : (Func<string, string>)(same => same);
        SafeTensorsWriter.Write(path, [.. parameters.Of(part, weights).Select(item => (name(item.Name), item.Values.to(float16)))],
            Metadata);
    }

    /// <summary>Loads the weights of one part into a module.</summary>
    /// <exception cref="CheckpointException">The part is missing, or a tensor does not fit the module; the message names it.</exception>
    public static void Read(string folder, string part, nn.Module module)
    {
        using var weights = WeightFiles.Open(Path.Combine(folder, part));
        Func<string, string>? rename = part == "vae" ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{part} of {folder}", rename, WeightNames.IsPositionIds);
    }
}
