using System.CommandLine;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that name concepts.</summary>
sealed class NamingOptions
{
    readonly Option<string[]?> names = OptionKinds.Parsed("--names", "NAME,NAME,...",
        "Names of the concepts, in their order: of files and, in angle brackets, of words (default: PICTURE-asset0 and so on). To know the "
        + "order, run localize first and give its masks.",
        text => text.Split(',', StringSplitOptions.TrimEntries) is var all && all.All(name => name.Length > 0) ? all : null,
        "names, separated by commas");

    readonly Option<string> clip = OptionKinds.Text("--clip", "DIR",
        "CLIP in the Hugging Face layout, which looks for words that say what the concepts show (default: with the embedded checkpoint "
        + "the embedded one, otherwise none).");

    public void AddTo(Command command)
    {
        command.Options.Add(names);
        command.Options.Add(clip);
    }

    /// <summary>The folder of the CLIP; null if the option is not given.</summary>
    public string? Clip(ParseResult parse) => parse.GetValue(clip);

    /// <summary>The names; empty if the option is not given.</summary>
    public IReadOnlyList<string> Names(ParseResult parse) => parse.GetValue(names) ?? [];
}
