using System.CommandLine;
using ConceptExpress.Hub;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>models remove</c>.</summary>
sealed class RemoveOptions
{
    readonly Argument<string?> model = new("ID|NAME")
    {
        Description = "An id such as owner/name (the whole repository) or owner/name@revision, or a short name.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    readonly Option<long?> toSize = OptionKinds.Parsed("--to-size", "SIZE",
        "Delete the least recently used checkpoints until the others have at most this size, such as 20GB.", ByteCount.TryParse,
        ByteCount.Expected);
    readonly Option<bool> yes = new("--yes") { Description = "Delete without asking, for --to-size." };

    /// <summary>Adds these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(model);
        foreach (var option in new Option[] { toSize, yes }) command.Options.Add(option);
    }

    /// <summary>The size; null if a checkpoint is named.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    public long? MaxBytes(ParseResult parse) => parse.GetValue(toSize) is not { } bytes ? null
        : parse.GetValue(model) is null ? bytes
        : throw new UsageException("--to-size chooses the checkpoints itself; leave out the id, or the option.");

    /// <summary>The checkpoint.</summary>
    /// <exception cref="UsageException">None is named.</exception>
    public string Model(ParseResult parse) =>
        parse.GetValue(model) ?? throw new UsageException("name a checkpoint to delete, or a size with --to-size.");

    /// <summary>Whether to delete without asking.</summary>
    public bool Yes(ParseResult parse) => parse.GetValue(yes);
}
