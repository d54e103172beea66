using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Encoders.Dino;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

/// <summary>Encoders by what their folder says that they are.</summary>
public static class ImageEncoders
{
    /// <summary>
    /// Loads CLIP, DINO or DINOv2, whichever <c>config.json</c> names as its <c>model_type</c>, or else as its architecture.
    /// </summary>
    /// <param name="folder">With config.json, model.safetensors, preprocessor_config.json; CLIP's also with the tokenizer's files.</param>
    /// <param name="device">CPU if null.</param>
    /// <exception cref="CheckpointException">
    /// Another kind of model, or a part is missing, damaged or not what its configuration says; names file, field or tensor.
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
