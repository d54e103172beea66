using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Encoders.Dino;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

/// <summary>Loads the kind of encoder that a folder contains.</summary>
static class ImageEncoders
{
    /// <summary>
    /// Loads CLIP, DINO or DINOv2. The kind is the <c>model_type</c> of <c>config.json</c>, or else its first architecture.
    /// </summary>
    /// <param name="folder">The folder with config.json, model.safetensors and preprocessor_config.json; for CLIP also the tokenizer's
    /// files.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="CheckpointException">
    /// The model is of another kind, or a part is missing or damaged, or does not fit its configuration. The message names the file, field
    /// or tensor.
    /// </exception>
    public static IImageEncoder Load(string folder, Device? device = null)
    {
        var files = new EncoderFolder(folder);
        return TypeIn(files.Config) switch
        {
            ClipConfig.ModelType => ClipEncoder.Load(folder, device),
            DinoVisionConfig.ModelType => DinoEncoder.LoadDino(folder, device),
            _ => DinoEncoder.LoadDinov2(folder, device),
        };
    }

    /// <summary>Returns whether a folder holds a CLIP, by its <c>config.json</c>.</summary>
    /// <exception cref="CheckpointException">The folder holds no encoder.</exception>
    public static bool IsClip(string folder) => TypeIn(new EncoderFolder(folder).Config) == ClipConfig.ModelType;

    static string TypeIn(string file)
    {
        var named = ConfigCheck.Read<NamedType>(file);
        var type = named.Type ?? named.Architectures?.FirstOrDefault() switch
        {
            "CLIPModel" => ClipConfig.ModelType,
            "ViTModel" => DinoVisionConfig.ModelType,
            "Dinov2Model" => Dinov2Config.ModelType,
            "Dinov2WithRegistersModel" => Dinov2Config.WithRegisters,
            var other => other,
        };
        new ConfigCheck(file, "CLIP, DINO or DINOv2").OneOf(
            "model_type", type ?? "null",
            ClipConfig.ModelType, DinoVisionConfig.ModelType, Dinov2Config.ModelType, Dinov2Config.WithRegisters);
        return type!;
    }

    sealed record NamedType
    {
        [JsonPropertyName("model_type")] public string? Type { get; init; }
        [JsonPropertyName("architectures")] public string[]? Architectures { get; init; }
    }
}
