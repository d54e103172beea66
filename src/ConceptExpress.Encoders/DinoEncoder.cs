using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders.Dino;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Encoders.Vision;
using ConceptExpress.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, D width of the features

/// <summary>A DINO or DINOv2 checkpoint. The feature of a picture is its class token after the last layer norm. Frozen, fp32.</summary>
sealed class DinoEncoder : IImageEncoder
{
    readonly Device device;

    DinoEncoder(Device device) => this.device = device;

    /// <summary>The name of the checkpoint's folder.</summary>
    public required string Name { get; init; }

    /// <summary>The vision transformer with the checkpoint's weights. The encoder disposes of it.</summary>
    public required IDinoModel Model { get; init; }

    /// <summary>Resizes, crops and normalises pictures as the checkpoint expects.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>D, the width of the model's tokens.</summary>
    public int Width => Model.Width;

    /// <summary>
    /// Loads a DINO checkpoint: config.json of type "vit", model.safetensors and preprocessor_config.json. Only mean and standard deviation
    /// are taken from the last. Pictures are resized and cropped as in DINO's own evaluation (shorter side 256 for a centre crop of 224
    /// pixels, bicubic), not squashed to a square with a bilinear filter as transformers does.
    /// </summary>
    /// <param name="folder">The checkpoint's folder in the Hugging Face layout.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="CheckpointException">A part is missing or damaged, or does not fit config.json; the message names it.</exception>
    public static DinoEncoder LoadDino(string folder, Device? device = null)
    {
        device ??= CPU;
        var files = new EncoderFolder(folder);
        var config = ConfigCheck.Read<DinoVisionConfig>(files.Config).Validated(files.Config);
        var preprocessing = AsInDino(PreprocessorConfig.Read(files.Preprocessor), config.ImageSize);
        return Create(files, files.Load(() => new DinoVisionModel(config), device), preprocessing, device);
    }

    /// <summary>Loads a DINOv2 checkpoint, with or without registers: config.json, model.safetensors, preprocessor_config.json.</summary>
    /// <param name="folder">The checkpoint's folder in the Hugging Face layout.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <param name="resampling">How positions are resampled for other picture sizes; null for the way of transformers.</param>
    /// <exception cref="CheckpointException">A part is missing or damaged, or does not fit config.json; the message names it.</exception>
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
        Rule = ResizeRule.ShortestEdge,
        Size = crop * 256 / 224,
        Crop = crop,
        Rounding = CropRounding.HalfToEven,
        Filter = ResizeFilter.Bicubic,
    };

    public void Dispose() => ((nn.Module)Model).Dispose();
}
