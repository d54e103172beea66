using System.CommandLine;
using ConceptExpress.Jobs.Checkpoints;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>models import</c>.</summary>
sealed class ModelImportOptions
{
    readonly Argument<string> path = new("PATH")
    {
        Description = "A folder in the diffusers layout, or a .safetensors or .ckpt file.",
    };
    readonly Option<string> name = OptionKinds.Text("--name", "NAME", "The short name, for --model.", required: true);

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(path);
        command.Options.Add(name);
    }

    /// <summary>The request that the options make.</summary>
    public ModelImportRequest Request(ParseResult parse) =>
        new() { Path = parse.GetRequiredValue(path), Name = parse.GetRequiredValue(name) };
}
