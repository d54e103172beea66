using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// A checkpoint whose small parts are read and whose weights are not. So errors in small parts show before gigabytes are read, and every
/// kind of checkpoint is assembled in the same way.
/// </summary>
sealed record UnreadCheckpoint
{
    // Begin of text, "a photo of", one concept, end of text, and two to spare.
    const int MinPrompt = 8;

    /// <summary>Folder or file of the checkpoint, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>What to do if the parts do not belong together, for messages.</summary>
    public required string Remedy { get; init; }

    public required ClipTokenizer Tokenizer { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required ClipTextConfig TextConfig { get; init; }
    public required UnetConfig UnetConfig { get; init; }
    public required VaeConfig VaeConfig { get; init; }

    /// <summary>Fills the text encoder with its weights. Like the others, it returns the files that it read.</summary>
    public required Func<nn.Module, IEnumerable<CheckpointFile>> FillText { get; init; }
    public required Func<nn.Module, IEnumerable<CheckpointFile>> FillUnet { get; init; }
    public required Func<nn.Module, IEnumerable<CheckpointFile>> FillVae { get; init; }

    /// <summary>The files of the small parts.</summary>
    public required IReadOnlyList<CheckpointFile> SmallFiles { get; init; }

    /// <summary>Checks that the parts belong together, and returns their configurations and sizes.</summary>
    /// <exception cref="CheckpointException">
    /// The parts do not belong together, or one is larger than any in use.
    /// </exception>
    public CheckpointShape Shape()
    {
        CheckTogether();
        return new CheckpointShape(UnetConfig, VaeConfig, TextConfig, Tokenizer.ModelMaxLength, new PartSizes(
            NetworkSize.Require(() => new UNet2DConditionModel(UnetConfig), Path),
            NetworkSize.Require(() => new AutoencoderKL(VaeConfig), Path), NetworkSize.Require(() => new ClipTextModel(TextConfig), Path)));
    }

    /// <summary>Checks that the parts belong together, and reads the weights.</summary>
    /// <exception cref="CheckpointException">The parts do not belong together, or weights are missing, damaged or do not fit.</exception>
    public StableDiffusionParts Read(ComputePrecision precision, Device device)
    {
        CheckTogether();
        var textType = precision == ComputePrecision.Fp64 ? ScalarType.Float64 : ScalarType.Float32;
        List<CheckpointFile> files = [.. SmallFiles];
        return new StableDiffusionParts
        {
            Schedule = Schedule,
            UnetConfig = UnetConfig,
            VaeConfig = VaeConfig,
            // The small gradients of words vanish in a half-precision text encoder.
            Texts = [new TextEncoderPart(
                Tokenizer, Filled(Path, () => new ClipTextModel(TextConfig), FillText, textType, device, files), TextConfig)],
            Unet = Filled(Path, () => new UNet2DConditionModel(UnetConfig), FillUnet, precision.Type(), device, files),
            Vae = Filled(Path, () => new AutoencoderKL(VaeConfig), FillVae, VaeType(precision), device, files),
            Files = files,
        };
    }

    /// <summary>The type that the autoencoder computes in: fp16 overflows there.</summary>
    public static ScalarType VaeType(ComputePrecision precision) =>
        precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type();

    /// <summary>Returns a new, frozen module with its weights, and adds the files that were read.</summary>
    /// <exception cref="CheckpointException">The weights do not fit, or the network is larger than any in use.</exception>
    public static T Filled<T>(
        string path, Func<T> create, Func<nn.Module, IEnumerable<CheckpointFile>> fill, ScalarType type, Device device,
        List<CheckpointFile> files)
        where T : nn.Module
    {
        NetworkSize.Require(create, path);
        using var placement = Placement.Use(type, device);
        var module = create();
        files.AddRange(fill(module));
        module.eval();
        foreach (var tensor in module.state_dict().Values) tensor.DetachFromDisposeScope(); // the checkpoint outlives the caller's scope
        return module;
    }

    /// <summary>Checks that the parts belong together, without reading weights.</summary>
    /// <exception cref="CheckpointException">They do not.</exception>
    public void CheckTogether()
    {
        void Require(bool agrees, string problem)
        {
            if (!agrees) throw new CheckpointException($"The parts of {Path} do not belong together: {problem}; {Remedy}.");
        }
        var (unet, vae, text) = (UnetConfig, VaeConfig, TextConfig);
        Require(unet.CrossAttentionDim.All(width => width == text.HiddenSize),
            $"the UNet takes text of width {unet.CrossAttentionDim[0]}, the text encoder gives {text.HiddenSize}");
        Require(unet.InChannels == vae.LatentChannels && unet.OutChannels == vae.LatentChannels,
            $"the UNet has {unet.InChannels} channels, the autoencoder {vae.LatentChannels}");
        Require(Tokenizer.ModelMaxLength <= text.Positions,
            $"the tokenizer makes prompts of {Tokenizer.ModelMaxLength} tokens, the text encoder has {text.Positions} positions");
        Require(Tokenizer.ModelMaxLength >= MinPrompt, $"the tokenizer makes prompts of only {Tokenizer.ModelMaxLength} tokens");
        Require(Tokenizer.VocabularySize <= text.VocabularySize,
            $"the tokenizer knows {Tokenizer.VocabularySize} words, the text encoder {text.VocabularySize}");
    }
}
