using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// A checkpoint of Stable Diffusion 1.x or 2.x in one file, with the names of the original programs. It holds UNet, text encoder and mostly
/// the autoencoder. Its configurations are inferred from names and shapes, and its tokenizer comes from elsewhere.
/// </summary>
static class SingleFile
{
    const string TokenizerName = "tokenizer";
    const string UnetPrefix = "model.diffusion_model.", VaePrefix = "first_stage_model.";

    // The file's own name does not count: a renamed file is the same checkpoint.
    const string NameInFingerprint = "checkpoint";

    /// <summary>Loads a checkpoint from its file.</summary>
    /// <exception cref="CheckpointException">
    /// The file is something else, a part is missing, damaged or not supported, or there is no tokenizer; the message names the file.
    /// </exception>
    public static StableDiffusionParts Load(string path, CheckpointOptions options, ComputePrecision precision, Device device)
    {
        if (options.Variant is { } variant)
            throw new CheckpointException($"{path} is a single file, which has no variants; leave out the variant {variant}.");
        using var file = SingleFileSource.Open(path);
        return Load(file, options, precision, device);
    }

    /// <summary>Loads a checkpoint from an open file.</summary>
    /// <exception cref="CheckpointException">See the other overload.</exception>
    public static StableDiffusionParts Load(SingleFileSource file, CheckpointOptions options, ComputePrecision precision, Device device) =>
        With(file, options, (unread, choices, notes) => unread.Read(precision, device) with
        {
            IsSingleFile = true,
            Choices = choices,
            Notes = notes,
        });

    /// <summary>Checks everything that can be checked without reading weights: names and shapes of tensors, and the tokenizer.</summary>
    /// <exception cref="CheckpointException">As for loading, except that weights are not read.</exception>
    public static void Check(string path, CheckpointOptions options)
    {
        using var file = SingleFileSource.Open(path);
        With(file, options, (unread, _, _) =>
        {
            unread.CheckTogether();
            return true;
        });
    }

    /// <summary>Infers the configurations of a checkpoint, and reads no weights.</summary>
    /// <exception cref="CheckpointException">As for loading, except that weights are not read.</exception>
    public static CheckpointShape ShapeOf(string path, CheckpointOptions options)
    {
        using var file = SingleFileSource.Open(path);
        return With(file, options, (unread, _, _) => unread.Shape());
    }

    static T With<T>(SingleFileSource file, CheckpointOptions options, Func<UnreadCheckpoint, string, List<ProgressEvent>, T> use)
    {
        var source = file.Tensors;
        ForeignFiles.Refuse(source);
        var tokenizer = FindTokenizer(source.Path, options.Tokenizer);
        var unet = FilePart.Below(source, UnetPrefix, "UNet", _ => false);
        var isSecond = UnetShapes.IsSecond(unet);
        var prediction = PredictionRule.Choose(source.Path, options.Prediction, source.Names, file.Metadata, isSecond,
            () => FileDigest.OfFile(source.Path));
        var config = UnetShapes.Infer(unet, options.Sizes, prediction.Type == PredictionType.Velocity).Validated(source.Path);
        var text = TextPart.Of(source, options.Sizes, isSecond);
        using var vae = options.Vae is { } other ? VaeChoice.At(other, options.Sizes) : VaeChoice.Within(source, options.Sizes);
        ProgressEvent?[] notes =
        [
            prediction.Note is { } assumed ? new Warned(assumed) : null, PaddingWarning(source.Path, tokenizer, isSecond),
            IgnoredTensors.Note(source.Path, Unused(source, text, options.Vae is not null)) is { } unused ? new Noted(unused) : null,
        ];
        var unread = new UnreadCheckpoint
        {
            Path = source.Path,
            Remedy = "use a tokenizer and an autoencoder that belong to it",
            Tokenizer = tokenizer,
            Schedule = new NoiseSchedule(PredictionRule.Schedule(prediction.Type, source.Names).Validated(source.Path)),
            TextConfig = text.Config,
            UnetConfig = config,
            VaeConfig = vae.Config,
            FillText = Filling(text.Part, text.Table),
            FillUnet = Filling(unet, UnetNames.Of(config)),
            FillVae = vae.Fill,
            SmallFiles = [.. OwnFiles(source.Path, tokenizer), .. vae.Files],
        };
        return use(unread, $"{prediction.Type}{(options.Sizes.IsEmpty ? "" : options.Sizes.ToJson())}",
            [.. notes.OfType<ProgressEvent>()]);
    }

    static IEnumerable<CheckpointFile> OwnFiles(string path, ClipTokenizer tokenizer) =>
        tokenizer.Files.Select(file => new CheckpointFile($"{TokenizerName}/{Path.GetFileName(file)}", Path.GetFullPath(file)))
            .Prepend(new CheckpointFile(NameInFingerprint, Path.GetFullPath(path)));

    static Func<nn.Module, IEnumerable<CheckpointFile>> Filling(FilePart part, NameTable table) => module =>
    {
        part.Fill(module, table);
        return [];
    };

    // What the tensors that no part reads belong to. A name that nothing explains is refused: a file must be understood as a whole.
    static List<string> Unused(ITensorSource source, TextPart text, bool hasOtherVae)
    {
        var (kinds, unknown) = (new List<string>(), new List<string>());
        foreach (var name in source.Names)
        {
            var kind = IgnoredTensors.KindOf(name) ?? (text.IsUnused(name) ? "the text encoder's last layer" : null);
            if (kind is null && hasOtherVae && name.StartsWith(VaePrefix, StringComparison.Ordinal)) kind = "its own autoencoder";
            if (kind is not null) kinds.Add(kind);
            else if (!new[] { UnetPrefix, VaePrefix, text.Prefix }.Any(part => name.StartsWith(part, StringComparison.Ordinal)))
                unknown.Add(name);
        }
        if (unknown.Count > 0)
            throw new WeightMismatchException($"the checkpoint {source.Path}", [], [.. unknown.Order(StringComparer.Ordinal)], [],
                "save the file again without them or use another checkpoint");
        return kinds;
    }

    static ClipTokenizer FindTokenizer(string path, string? named)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", TokenizerName);
        if (named is not null && !Directory.Exists(named))
            throw new CheckpointException($"The tokenizer folder {named} does not exist; check the path.");
        if (named is null && !Directory.Exists(beside))
            throw new CheckpointException($"{path} holds no tokenizer, and there is no folder {beside}; name a tokenizer folder or put " +
                "one there: it is the folder tokenizer of any Stable Diffusion 1.x or 2.x checkpoint in the diffusers layout.");
        return ClipTokenizer.Load(CheckpointOptions.PartOf(named ?? beside, TokenizerName));
    }

    // 1.x was trained on prompts filled up with the end of text, 2.x with another token.
    static Warned? PaddingWarning(string path, ClipTokenizer tokenizer, bool isSecond)
    {
        var (kind, other) = isSecond ? ("2.x", "1.x") : ("1.x", "2.x");
        return tokenizer.PaddingId == tokenizer.EndOfTextId == isSecond
            ? new Warned($"{path} is of Stable Diffusion {kind}, but its tokenizer fills prompts up as that of {other} does; use the "
                + $"tokenizer folder of a {kind} checkpoint.")
            : null;
    }
}
