using System.CommandLine;
using System.CommandLine.Parsing;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>concepts import</c>: which files, and what prefix.</summary>
sealed class ImportOptions
{
    const string Expected = "FILE or FILE=WORD, with a word such as <cat>";

    readonly Argument<EmbeddingReference[]> files = new("FILE")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "An embedding file (textual inversion) of any program: .safetensors, .pt or .bin. FILE=<word> names its word.",
        CustomParser = result => References(result, "FILE"),
    };

    readonly Option<string> prefix = OptionKinds.Text("--prefix", "NAME",
        "Tells the words of this folder from those of others: <NAME-word> (default: the name of the first file).");

    public void AddTo(Command command)
    {
        command.Arguments.Add(files);
        command.Options.Add(prefix);
    }

    /// <summary>The request, without its model.</summary>
    public ImportRequest Request(ParseResult parse, string output) =>
        new() { Embeddings = parse.GetRequiredValue(files), Prefix = parse.GetValue(prefix), Output = output };

    /// <summary>Makes the option <c>--embedding</c>, which may be repeated.</summary>
    public static Option<EmbeddingReference[]> NewEmbedding() => new("--embedding")
    {
        HelpName = "FILE[=WORD]",
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
        Description = "An embedding file (textual inversion) of any program; repeat the option for more. FILE=<word> names its word.",
        CustomParser = result => References(result, "--embedding"),
    };

    static EmbeddingReference[] References(ArgumentResult result, string name)
    {
        var references = result.Tokens.Select(token => (token.Value, Reference: EmbeddingReference.Parse(token.Value))).ToList();
        foreach (var (text, reference) in references)
            if (reference is null) result.AddError($"{name} takes {Expected}, not '{text}'");
        return [.. references.Select(each => each.Reference).OfType<EmbeddingReference>()];
    }
}
