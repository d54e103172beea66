using System.CommandLine;
using ConceptExpress.Cli.Commands;
using ConceptExpress.Jobs.Checkpoints;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>models pull</c>.</summary>
sealed class PullOptions
{
    readonly Argument<string> model = ModelsCommand.NewModel();
    readonly Option<string> revision = OptionKinds.Text("--revision", "NAME", "Branch, tag or commit (default: main).");
    readonly Option<string> variant = OptionKinds.Text("--variant", "NAME",
        "Which weights to download: fp16, bf16, non_ema, ... (default: the plain ones, else fp16, else bf16).");
    readonly Option<string> file = OptionKinds.Text("--file", "FILE",
        "Download only this .safetensors or .ckpt file of the repository, with its tokenizer.");
    readonly Option<bool> offline = new("--offline") { Description = "Do not use the network; fail if the checkpoint is not here." };

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(model);
        foreach (var option in new Option[] { revision, variant, file, offline }) command.Options.Add(option);
    }

    /// <summary>The request that the options make.</summary>
    public ModelPullRequest Request(ParseResult parse) => new()
    {
        Model = parse.GetRequiredValue(model),
        Revision = parse.GetValue(revision),
        Variant = parse.GetValue(variant),
        File = parse.GetValue(file),
        Offline = parse.GetValue(offline),
    };
}
