using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures or texts, D width of the shared features

/// <summary>A CLIP checkpoint: maps pictures and texts to features in one space. Frozen, fp32.</summary>
sealed class ClipEncoder : IImageEncoder
{
    readonly Device device;

    ClipEncoder(Device device) => this.device = device;

    /// <summary>The name of the checkpoint's folder.</summary>
    public required string Name { get; init; }

    /// <summary>The checkpoint's config.json.</summary>
    public required ClipConfig Config { get; init; }

    /// <summary>The image tower and the text tower with the checkpoint's weights. The encoder disposes of it.</summary>
    public required ClipModel Model { get; init; }

    /// <summary>The tokenizer of the text tower.</summary>
    public required ClipTokenizer Tokenizer { get; init; }

    /// <summary>Resizes, crops and normalises pictures as the checkpoint expects.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>D, the width of the features that both towers share.</summary>
    public int Width => (int)Config.ProjectionWidth;

    /// <summary>Loads a checkpoint: config.json, model.safetensors, preprocessor_config.json and the tokenizer's files.</summary>
    /// <param name="folder">The checkpoint's folder in the Hugging Face layout.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="CheckpointException">A part is missing or damaged, or does not fit config.json; the message names it.</exception>
    public static ClipEncoder Load(string folder, Device? device = null)
    {
        device ??= CPU;
        var files = new EncoderFolder(folder);
        var config = ConfigCheck.Read<ClipConfig>(files.Config).Validated(files.Config);
        var preprocessing = PreprocessorConfig.Read(files.Preprocessor);
        files.RequireSize(preprocessing.Crop, config.Vision.ImageSize);
        var tokenizer = ClipTokenizer.Load(files.Path, config.Text.Positions);
        CheckTogether(files, config.Text, tokenizer);
        return new ClipEncoder(device)
        {
            Name = files.Name,
            Config = config,
            Tokenizer = tokenizer,
            Preprocessing = preprocessing,
            Model = files.Load(() => new ClipModel(config), device),
        };
    }

    /// <summary>Projected features (B,D) of pictures, fp32, not normalised to unit length, without a gradient.</summary>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public Tensor Encode(IReadOnlyList<RgbImage> pictures) => EncodingBatches.Run(pictures, Preprocessing, device, Model.ImageFeatures);

    /// <summary>
    /// Projected features (B,D) of texts, fp32, not normalised to unit length, without a gradient. Long texts are truncated.
    /// </summary>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public Tensor EncodeText(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) throw new ArgumentException("There are no texts to encode.", nameof(texts));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var prompts = texts.Select(Tokenizer.Encode).ToList();
        // The text tower is causal and pools at the end of text, so what comes after the longest text need not be computed.
        var positions = prompts.Max(prompt => prompt.EndOfText) + 1;
        long[] ids = [.. prompts.SelectMany(prompt => prompt.Ids[..positions])];
        return Model.TextFeatures(tensor(ids, [texts.Count, positions], device: device)).MoveToOuterDisposeScope();
    }

    static void CheckTogether(EncoderFolder files, ClipTextConfig text, ClipTokenizer tokenizer)
    {
        void Require(bool agrees, string problem)
        {
            if (!agrees) throw files.Mismatch(problem);
        }
        Require(
            tokenizer.ModelMaxLength <= text.Positions,
            $"the tokenizer makes texts of {tokenizer.ModelMaxLength} tokens, but the text tower has {text.Positions} positions");
        Require(
            tokenizer.VocabularySize <= text.VocabularySize,
            $"the tokenizer has {tokenizer.VocabularySize} tokens, but the text tower has {text.VocabularySize}");
        Require(
            text.EndOfTextId is null or ClipConfig.LegacyEndOfTextId || text.EndOfTextId == tokenizer.EndOfTextId,
            $"the tokenizer ends texts with {tokenizer.EndOfTextId}, but config.json's eos_token_id is {text.EndOfTextId}");
    }

    public void Dispose() => Model.Dispose();
}
