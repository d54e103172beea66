using System.CommandLine;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that choose a checkpoint and how it is read.</summary>
/// <param name="byDefault">What is used if no checkpoint is named, for the help text.</param>
sealed class ModelOptions(string byDefault = "the embedded one, toys")
{
    readonly Option<string> model = OptionKinds.Text("--model", "PATH|ID|NAME",
        "Stable Diffusion checkpoint: a folder in the diffusers layout, a .safetensors or .ckpt file, or the id or short name of one that "
            + $"models pull has downloaded (default: {byDefault}).");
    readonly Option<string> variant = OptionKinds.Text("--variant", "NAME",
        "Which weights of a --model folder to read: fp16, bf16, ema, non_ema, ... (default: the plain ones, else fp16, else bf16).");
    readonly Option<string> vae = OptionKinds.Text("--vae", "PATH",
        "Autoencoder in place of the checkpoint's own: a file, a vae folder, or a checkpoint that has one.");
    readonly Option<string> tokenizer = OptionKinds.Text("--tokenizer", "DIR",
        "Tokenizer in place of the checkpoint's own: a tokenizer folder, or a checkpoint that has one (default for a single file: the "
            + "folder tokenizer beside it).");
    readonly Option<PredictionType?> prediction = OptionKinds.Choice<PredictionType>("--prediction",
        "What the UNet predicts (default: what the checkpoint says, else noise).");

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { model, variant, vae, tokenizer, prediction }) command.Options.Add(option);
    }

    /// <summary>The checkpoint; null for the embedded one, or the one that a result names.</summary>
    /// <exception cref="UsageException">An option says how to read a checkpoint, but none is named.</exception>
    public ModelReference? Model(ParseResult parse)
    {
        var options = new CheckpointOptions
        {
            Variant = parse.GetValue(variant),
            Vae = parse.GetValue(vae),
            Tokenizer = parse.GetValue(tokenizer),
            Prediction = parse.GetValue(prediction),
        };
        if (parse.GetValue(model) is { } name) return ModelReference.Parse(name) with { Options = options };
        return options.IsEmpty
            ? null
            : throw new UsageException(
                "--variant, --vae, --tokenizer and --prediction say how to read the checkpoint of --model; name it too.");
    }
}
