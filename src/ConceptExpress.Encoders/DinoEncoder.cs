using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders.Dino;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Encoders.Vision;
using ConceptExpress.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, D width of the features

/// <summary>A DINO or DINOv2 checkpoint: a picture's feature is its class token after the last layer norm. Frozen, fp32.</summary>
public sealed class DinoEncoder : IImageEncoder
{
    readonly Device device;

    DinoEncoder(Device device) => this.device = device;

    public required string Name { get; init; }
    public required IDinoModel Model { get; init; }
    public required ImagePreprocessing Preprocessing { get; init; }
    public int Width => Model.Width;

    /// <summary>
    /// DINO's folder: config.json of type "vit", model.safetensors, preprocessor_config.json. Of the last only mean and deviation are
    /// taken: pictures are resized and cropped as DINO's own evaluation does (shorter side 256 for 224 pixels, bicubic, middle), not
    /// squashed by a bilinear filter as transformers would.
    /// </summary>
    /// <param name="folder">In the Hugging Face layout.</param>
    /// <param name="device">CPU if null.</param>
    /// <exception cref="CheckpointException">A part is missing, damaged or not what config.json says; names it.</exception>
    public static DinoEncoder LoadDino(string folder, Device? device = null)
    {
        device ??= CPU;
        var files = new EncoderFolder(folder);
        var config = ConfigCheck.Read<DinoVisionConfig>(files.Config).Validated(files.Config);
        var preprocessing = AsInDino(PreprocessorConfig.Read(files.Preprocessor), config.ImageSize);
        return Create(files, files.Load(() => new DinoVisionModel(config), device), preprocessing, device);
    }

    /// <summary>DINOv2's folder, with or without registers: config.json, model.safetensors, preprocessor_config.json.</summary>
    /// <param name="folder">In the Hugging Face layout.</param>
    /// <param name="device">CPU if null.</param>
    /// <param name="resampling">Of the positions; null for transformers' own way.</param>
    /// <exception cref="CheckpointException">A part is missing, damaged or not what config.json says; names it.</exception>
    public static DinoEncoder LoadDinov2(string folder, Device? device = null, PositionResampling? resampling = null)
    {
        device ??= CPU;
        var files = new EncoderFolder(folder);
        var config = ConfigCheck.Read<Dinov2Config>(files.Config).Validated(files.Config);
        var preprocessing = PreprocessorConfig.Read(files.Preprocessor);
        new ConfigCheck(files.Preprocessor, Dinov2Config.Kind).Range("crop_size", [preprocessing.Crop], config.PatchSize, 1 << 13);
        return Create(files, files.Load(() => new Dinov2Model(config, resampling), device), preprocessing, device);
    }

    public Tensor Encode(IReadOnlyList<RgbImage> pictures) =>
        EncodingBatches.Run(pictures, Preprocessing, device, pixels => Model.ClassToken(pixels));

    static DinoEncoder Create(EncoderFolder files, IDinoModel model, ImagePreprocessing preprocessing, Device device) =>
        new(device) { Name = files.Name, Model = model, Preprocessing = preprocessing };

    // "Emerging Properties in Self-Supervised Vision Transformers", evaluation: Resize(256, bicubic), CenterCrop(224).
    static ImagePreprocessing AsInDino(ImagePreprocessing stored, int crop) => stored with
    {
        Rule = ResizeRule.ShortestEdge, Size = crop * 256 / 224, Crop = crop,
        Rounding = CropRounding.HalfToEven, Filter = ResizeFilter.Bicubic,
    };

    public void Dispose() => ((nn.Module)Model).Dispose();
}
