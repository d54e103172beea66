namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>Knows files by what they are, and refuses those that are no whole checkpoint of Stable Diffusion 1.x or 2.x.</summary>
static class ForeignFiles
{
    const string Unet = "model.diffusion_model.";
    const string FirstConvolution = Unet + "input_blocks.0.0.weight";
    const string Instead = "use a Stable Diffusion 1.x or 2.x checkpoint for drawing from text";
    const string Folder = "give the folder that holds unet, vae, text_encoder and tokenizer";
    const string Whole = "give the file of the whole checkpoint";

    const string Embedding = "an embedding file, which holds a word and no checkpoint";
    static readonly string Unknown =
        $"no checkpoint that is known here, because it has no tensor {CheckpointException.Quoted(FirstConvolution)}";

    // In the order in which they are tried: what is more special comes first.
    static readonly (Func<Names, bool> Is, string What, string Remedy)[] Kinds =
    [
        (names => names.Any(".double_blocks.") || names.Begin("double_blocks."), "FLUX", Instead),
        (names => names.Any(".joint_blocks.") || names.Begin("joint_blocks."), "Stable Diffusion 3", Instead),
        (names => names.Any(".time_stack."), "Stable Video Diffusion", Instead),
        (names => names.Begin("control_model.") || names.Any("input_hint_block.") || names.Begin("controlnet_cond_embedding."),
            "a ControlNet, which only steers another checkpoint", Instead),
        (names => !names.Has(FirstConvolution) && (names.Any("lora_") || names.Any(".hada_w") || names.Any(".lokr_w")),
            "a LoRA, which only changes another checkpoint", "merge it into its Stable Diffusion 1.x or 2.x checkpoint and use that"),
        (names => names.Begin("conditioner.embedders.0.model.") && !names.Begin("conditioner.embedders.1."), "an SDXL refiner", Instead),
        (names => names.Begin("conditioner.embedders."), "SDXL", Instead),
        (names => names.Channels(FirstConvolution) == 9, "an inpainting checkpoint (9 input channels)", Instead),
        (names => names.Channels(FirstConvolution) == 8, "an instruct-pix2pix checkpoint (8 input channels)", Instead),
        (names => names.Channels(FirstConvolution) == 7, "an upscaler (7 input channels)", Instead),
        (names => names.Channels(FirstConvolution) == 5, "a depth-to-image checkpoint (5 input channels)", Instead),
        (names => names.Any("label_emb."), "a UNet with label_emb, as in SDXL", Instead),
        (names => names.Has(FirstConvolution), "", ""), // a whole checkpoint, or nearly: what is missing is named later
        (names => names.Begin("down_blocks.") && names.Begin("up_blocks."), "a UNet alone, with the names of a model folder", Folder),
        (names => names.Begin("encoder.down_blocks."), "an autoencoder alone, with the names of a model folder", Folder),
        (names => names.Begin("text_model."), "a text encoder alone, with the names of a model folder", Folder),
        (names => names.Any("encoder.down.") && names.Any("decoder.up."), "an autoencoder alone", Whole),
        (names => names.Any("input_blocks.0.0.weight"), "a UNet alone", Whole),
        (names => names.Any("transformer.resblocks.") || names.Any("text_model.encoder.") || names.Begin("cond_stage_model."),
            "a text encoder alone", Whole),
        (names => names.Has("emb_params") || names.Begin("string_to_param") || names.Has("clip_l") || names.Has("clip_g") || names.IsOne,
            Embedding, Whole),
        (names => names.Begin("model_ema."), "only a moving average of weights", Whole),
        (_ => true, Unknown, Instead),
    ];

    /// <summary>Refuses a file that is no whole checkpoint of Stable Diffusion 1.x or 2.x.</summary>
    /// <exception cref="CheckpointException">It is something else; the message says what, and what would work.</exception>
    public static void Refuse(ITensorSource file)
    {
        var names = new Names(file);
        var (_, what, remedy) = Kinds.First(kind => kind.Is(names));
        if (what.Length > 0) throw new CheckpointException($"{file.Path} is {what}; {remedy}.");
    }

    /// <summary>
    /// Says what a file is, such as "a LoRA, which only changes another checkpoint"; null if it may be an embedding file.
    /// </summary>
    public static string? KindOf(ITensorSource file)
    {
        var names = new Names(file);
        var what = Kinds.First(kind => kind.Is(names)).What;
        return what.Length == 0 ? "a whole checkpoint" : what == Embedding || what == Unknown ? null : what;
    }

    sealed class Names(ITensorSource file)
    {
        readonly HashSet<string> names = new(file.Names, StringComparer.Ordinal);

        public bool Has(string name) => names.Contains(name);
        public bool Begin(string prefix) => names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        public bool Any(string part) => names.Any(name => name.Contains(part, StringComparison.Ordinal));
        public bool IsOne => names is { Count: 1 } && file[names.First()].Shape.Length <= 2;
        public long? Channels(string name) => Has(name) && file[name].Shape is { Length: 4 } shape ? shape[1] : null;
    }
}
