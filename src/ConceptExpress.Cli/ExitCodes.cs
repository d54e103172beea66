using ConceptExpress.Hub;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli;

/// <summary>The exit codes of the program.</summary>
static class ExitCodes
{
    /// <summary>The command succeeded.</summary>
    public const int Done = 0;

    /// <summary>An unexpected failure: a bug in ConceptExpress.</summary>
    public const int Bug = 1;

    /// <summary>The command line is invalid, or the output folder holds other results.</summary>
    public const int Usage = 2;

    /// <summary>An input is missing, unreadable or malicious.</summary>
    public const int Input = 3;

    /// <summary>The model is missing, damaged, or does not match.</summary>
    public const int Model = 4;

    /// <summary>Results cannot be written, or there is not enough disk space or memory.</summary>
    public const int Resources = 5;

    /// <summary>Learning diverged: a loss, a gradient or a row is not finite.</summary>
    public const int Diverged = 6;

    /// <summary>Cancelled by SIGINT (Ctrl-C) or SIGTERM.</summary>
    public const int Cancelled = 130;

    /// <summary>The exit code of a failure.</summary>
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

    /// <summary>Prints in one sentence what failed and returns the exit code.</summary>
    /// <param name="failure">What ended the command.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="verbose">Whether to print the whole exception as well.</param>
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

    static string Hint(MemoryShortageException shortage)
    {
        var options = shortage.Remedy switch
        {
            MemoryRemedy.LowMemory => "--low-memory",
            MemoryRemedy.Bf16 => "--precision bf16",
            MemoryRemedy.Bf16AndLowMemory => "--precision bf16 --low-memory",
            MemoryRemedy.Resolution => $"--resolution {shortage.Resolution}",
            _ => "",
        };
        return (options.Length > 0 ? $" Use {options}" : "") + (shortage switch
        {
            { Resumable: true } => options.Length > 0 ? " with --resume." : " To continue, run the same command with --resume.",
            { IsRefusal: true } => options.Length > 0
                ? ", or --ignore-estimate to try nevertheless." : " Use --ignore-estimate to try nevertheless.",
            _ => options.Length > 0 ? "." : "",
        });
    }

    // Names the option that solves the problem. Libraries do not know the options of the command line.
    static string Hint(Exception failure) => failure switch
    {
        OutputOccupiedException { Resumable: true } => " Use --resume to continue it, or --force to discard it and start again.",
        OutputOccupiedException { Replaceable: true } => " Use --force to replace results of the same command.",
        _ when (failure as NotDownloadedException ?? failure.InnerException) is NotDownloadedException missing =>
            $" Use: conceptexpress models pull {missing.Download}",
        MemoryShortageException shortage => Hint(shortage),
        ResumableException => " To continue, run the same command with --resume.",
        _ => "",
    };
}

/// <summary>The command line is invalid. The message is one sentence: which option, what is wrong with it, and what to do.</summary>
sealed class UsageException(string message) : Exception(OneLine.Of(message));
