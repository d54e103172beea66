using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Cli.Options;

/// <summary>
/// The options that can change every setting: <c>--settings</c> with a file, <c>--set</c> with single settings. Dedicated options override
/// the file, and <c>--set</c> overrides everything.
/// </summary>
sealed class SettingOptions
{
    readonly Option<string> file = OptionKinds.Text("--settings", "FILE",
        "File with settings: the concepts.json of an earlier run, or a record of some or all settings.");
    readonly Option<string[]> set = new("--set")
    {
        HelpName = "PATH=VALUE",
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.ZeroOrMore,
        Description = "One setting by its name in concepts.json, such as losses.alignmentWeight=0; repeat the option for more.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(file);
        command.Options.Add(set);
    }

    /// <summary>Applies the file's settings, then the dedicated options (<paramref name="options"/>), then the single settings.</summary>
    public ExtractionSettings Apply(ParseResult parse, ExtractionSettings settings, Func<ExtractionSettings, ExtractionSettings> options)
    {
        if (parse.GetValue(file) is { } path) settings = SettingsJson.WithFile(settings, path);
        return SettingsJson.With(options(settings), parse.GetValue(set) ?? []);
    }
}
