using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures or texts, D width of the shared features

/// <summary>A CLIP checkpoint: pictures and texts to features in one space. Frozen, fp32.</summary>
public sealed class ClipEncoder : IImageEncoder
{
    readonly Device device;

    ClipEncoder(Device device) => this.device = device;

    public required string Name { get; init; }
    public required ClipConfig Config { get; init; }
    public required ClipModel Model { get; init; }
    public required ClipTokenizer Tokenizer { get; init; }
    public required ImagePreprocessing Preprocessing { get; init; }
    public int Width => (int)Config.ProjectionWidth;

    /// <summary>Loads a folder: config.json, model.safetensors, preprocessor_config.json and the tokenizer's files.</summary>
    /// <param name="folder">In the Hugging Face layout.</param>
    /// <param name="device">CPU if null.</param>
    /// <exception cref="CheckpointException">A part is missing, damaged or not what config.json says; names it.</exception>
    public static ClipEncoder Load(string folder, Device? device = null)
    {
        device ??= CPU;
        var files = new EncoderFolder(folder);
        var config = ConfigCheck.Read<ClipConfig>(files.Config).Validated(files.Config);
        var preprocessing = PreprocessorConfig.Read(files.Preprocessor);
        files.RequireSize(preprocessing.Crop, config.Vision.ImageSize);
        var tokenizer = ClipTokenizer.Load(files.Path);
        CheckTogether(files, config.Text, tokenizer);
        return new ClipEncoder(device)
        {
            Name = files.Name, Config = config, Tokenizer = tokenizer, Preprocessing = preprocessing,
            Model = files.Load(() => new ClipModel(config), device),
        };
    }

    /// <summary>Projected features (B,D), not of unit length.</summary>
    public Tensor Encode(IReadOnlyList<RgbImage> pictures) => EncodingBatches.Run(pictures, Preprocessing, device, Model.ImageFeatures);

    /// <summary>Projected features (B,D) of texts, fp32, not of unit length, without a gradient. Long texts are cut.</summary>
    /// <exception cref="ArgumentException">No texts.</exception>
    public Tensor EncodeText(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) throw new ArgumentException("There are no texts to encode.", nameof(texts));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        long[] ids = [.. texts.SelectMany(text => Tokenizer.Encode(text).Ids)];
        return Model.TextFeatures(tensor(ids, [texts.Count, Tokenizer.ModelMaxLength], device: device)).MoveToOuterDisposeScope();
    }

    static void CheckTogether(EncoderFolder files, ClipTextConfig text, ClipTokenizer tokenizer)
    {
        void Require(bool agrees, string problem)
        {
            if (!agrees) throw files.Mismatch(problem);
        }
        Require(
            tokenizer.ModelMaxLength <= text.Positions,
            $"the tokenizer makes texts of {tokenizer.ModelMaxLength} tokens, the text tower has {text.Positions} positions");
        Require(
            tokenizer.VocabularySize <= text.VocabularySize,
            $"the tokenizer knows {tokenizer.VocabularySize} words, the text tower {text.VocabularySize}");
        Require(
            text.EndOfTextId is null or ClipConfig.LegacyEndOfTextId || text.EndOfTextId == tokenizer.EndOfTextId,
            $"the tokenizer ends texts with {tokenizer.EndOfTextId}, config.json's eos_token_id is {text.EndOfTextId}");
    }

    public void Dispose() => Model.Dispose();
}
