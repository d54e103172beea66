using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Cli.Options;

/// <summary>What reaches every setting: a file, and single ones by name. Options of their own win over the file, and <c>--set</c> wins over all.</summary>
sealed class SettingOptions
{
    readonly Option<string> file = OptionKinds.Text("--settings", "FILE", "Settings: a concepts.json of an earlier run, or a record of settings that need not be whole.");
    readonly Option<string[]> set = new("--set")
    {
        HelpName = "PATH=VALUE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.ZeroOrMore,
        Description = "One setting by its name in concepts.json, like losses.alignmentWeight=0; give it again for more.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(file);
        command.Options.Add(set);
    }

    /// <summary>Settings with the file's, with what options of their own say, and with single ones, in this order.</summary>
    public ExtractionSettings Apply(ParseResult parse, ExtractionSettings settings, Func<ExtractionSettings, ExtractionSettings> options)
    {
        if (parse.GetValue(file) is { } path) settings = SettingsJson.WithFile(settings, path);
        return SettingsJson.With(options(settings), parse.GetValue(set) ?? []);
    }
}
