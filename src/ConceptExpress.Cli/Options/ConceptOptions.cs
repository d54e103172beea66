using System.CommandLine;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Programs;

namespace ConceptExpress.Cli.Options;

/// <summary>The arguments and options of the commands about folders of concepts.</summary>
static class ConceptOptions
{
    /// <summary>One or more folders.</summary>
    public static Argument<string[]> NewFolders(string description) => new("DIR")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = description,
    };

    /// <summary>One folder of concepts.</summary>
    public static Argument<string> NewFolder() =>
        new("DIR") { Description = "A folder of concepts: the output of extract or concepts import." };

    /// <summary>The concepts of a folder that are meant.</summary>
    public static Argument<string[]> NewNames(string description, ArgumentArity arity) => new("NAME")
    {
        Arity = arity,
        Description = $"{description}: a concept's name or word, or its end, such as asset0.",
    };

    /// <summary><c>--only</c>: the concepts that are meant.</summary>
    public static Option<string[]?> NewOnly() => OptionKinds.Parsed("--only", "NAME,NAME,...",
        "Only these concepts: their names or words, or the ends of these, such as asset0 (default: all).",
        text => text.Split(',', StringSplitOptions.TrimEntries) is var all && all.All(name => name.Length > 0) ? all : null,
        "names, separated by commas");

    /// <summary><c>--for</c>: a program.</summary>
    public static Option<string?> NewProgram()
    {
        var option = OptionKinds.Choice("--for", [.. DrawingProgram.All.Select(program => program.Id)], "The program that will draw.");
        option.Required = true;
        return option;
    }

    /// <summary>Pairs such as <c>asset0=red-ball</c>.</summary>
    public static Argument<Dictionary<string, string>> NewRenames() => new("NAME=NEW")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "A concept's name or word, or its end, such as asset0; and the name that it gets, such as red-ball.",
        CustomParser = result =>
        {
            var renames = new Dictionary<string, string>();
            foreach (var text in result.Tokens.Select(token => token.Value))
                if (text.Split('=') is not [{ Length: > 0 } name, var fresh] || !ConceptNames.IsName(ConceptNames.NameOf(fresh)))
                    result.AddError($"NAME=NEW takes an old and a new name of letters, digits, dots, dashes and underscores, not '{text}'");
                else if (!renames.TryAdd(name, fresh)) result.AddError($"'{name}' is renamed twice; give it one name");
            return renames;
        },
    };
}
