using ConceptExpress.Jobs;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli;

/// <summary>What the program's exit code says.</summary>
static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A mistake of ours.</summary>
    public const int Bug = 1;

    /// <summary>The command line asks for something that cannot be, or results are in the way.</summary>
    public const int Usage = 2;

    /// <summary>An input is missing, unreadable or hostile.</summary>
    public const int Input = 3;

    /// <summary>The model is missing, damaged, or does not match.</summary>
    public const int Model = 4;

    /// <summary>Results cannot be written, or disk or memory ran out.</summary>
    public const int Resources = 5;

    /// <summary>Learning met a value that is not finite.</summary>
    public const int Diverged = 6;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public const int Cancelled = 130;

    public static int Of(Exception failure) => Failure.KindOf(failure) switch
    {
        _ when failure is UsageException => Usage,
        FailureKind.Request => Usage,
        FailureKind.Input => Input,
        FailureKind.Model => Model,
        FailureKind.Resources => Resources,
        FailureKind.Diverged => Diverged,
        FailureKind.Cancelled => Cancelled,
        _ => Bug,
    };

    /// <summary>Says in one sentence what failed, and gives the exit code.</summary>
    public static int Report(Exception failure, TextWriter error, bool verbose)
    {
        var code = Of(failure);
        var sentence = failure is UsageException ? failure.Message : Failure.Sentence(failure);
        error.WriteLine(code switch
        {
            Cancelled => char.ToUpperInvariant(sentence[0]) + sentence[1..] + Hint(failure),
            Bug => $"error: {sentence.TrimEnd('.')} with the output of --verbose.",
            _ => $"error: {sentence}{Hint(failure)}",
        });
        if (verbose) error.WriteLine(failure);
        return code;
    }

    // Which option does what a library only hints at.
    static string Hint(Exception failure) => failure switch
    {
        OutputOccupiedException { Replaceable: true } => " To replace results of the same command, give --force.",
        ResumableException => " To go on, give the same command --resume.",
        _ => "",
    };
}

/// <summary>The command line cannot be understood. The message is one sentence: which option, what is wrong, what would do.</summary>
sealed class UsageException(string message) : Exception(message);
