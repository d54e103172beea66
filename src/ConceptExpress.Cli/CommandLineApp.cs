using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ConceptExpress.Cli.Commands;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Telemetry;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Cli;

/// <summary>The program: parses a command line, runs its command and returns an exit code.</summary>
static class CommandLineApp
{
    /// <summary>
    /// Runs one command. Results go to <paramref name="output"/>; progress, warnings and errors to <paramref name="error"/>.
    /// </summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="terminal">Whether <paramref name="error"/> is a terminal that can redraw its lines.</param>
    /// <param name="stop">Cancels the command.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, bool terminal = false,
        CancellationToken stop = default)
    {
        try
        {
            var parse = Root(new Session(output, error, terminal, stop))
                .Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parse.Errors is [var first, ..])
                throw new UsageException($"{first.Message.TrimEnd('.')}; see conceptexpress {HelpFor(parse)}--help.");
            using var telemetry = parse.GetValue(CommonOptions.Telemetry) ? new TelemetryExport(error) : null;
            return parse.Invoke(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null
                });
        }
        catch (Exception e)
        {
            return ExitCodes.Report(e, error, verbose: args.Contains(CommonOptions.Verbose.Name));
        }
    }

    /// <summary>The root command with all subcommands.</summary>
    public static RootCommand Root(Session session)
    {
        var root = new RootCommand("Find the concepts of a picture: each gets a mask, and a word with which Stable Diffusion draws it.")
        {
            ExtractCommand.Create(session), LocalizeCommand.Create(session), GenerateCommand.Create(session),
            ConceptsCommand.Create(session), EvaluateCommand.Create(session), ModelsCommand.Create(session),
            ToyboxCommand.Create(session), DoctorCommand.Create(session),
            CommonOptions.Verbose, CommonOptions.Telemetry,
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }

    static string HelpFor(ParseResult parse)
    {
        var words = "";
        for (var at = parse.CommandResult; at is { Command: not RootCommand }; at = (CommandResult?)at.Parent)
            words = $"{at.Command.Name} {words}";
        return words;
    }

    sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Product.Version);
            return ExitCodes.Done;
        }
    }
}
