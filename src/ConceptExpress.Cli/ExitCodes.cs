using System.Runtime.InteropServices;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli;

/// <summary>What the program's exit code says, and which failure gives which: the one place that knows.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A mistake of ours.</summary>
    public const int Bug = 1;

    /// <summary>The command line asks for something that cannot be.</summary>
    public const int Usage = 2;

    /// <summary>An input is missing, unreadable or hostile.</summary>
    public const int Input = 3;

    /// <summary>The model is missing, damaged, or does not match.</summary>
    public const int Model = 4;

    /// <summary>Results cannot be written, or disk or memory ran out.</summary>
    public const int Resources = 5;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>How torch says that memory ran out.</summary>
    static readonly string[] OutOfMemoryMessages = ["out of memory", "not enough memory", "bad_alloc", "DefaultCPUAllocator: can't allocate"];

    public static int Of(Exception failure) => failure switch
    {
        UsageException or OutputOccupiedException => Usage,
        ImageException or ConceptFolderException or DataSetException => Input,
        CheckpointException => Model,
        OutputException => Resources,
        _ when IsOutOfMemory(failure) => Resources,
        OperationCanceledException => Cancelled,
        _ => Bug,
    };

    /// <summary>Says in one sentence what failed, and gives the exit code.</summary>
    public static int Report(Exception failure, TextWriter error, bool verbose)
    {
        var code = Of(failure);
        error.WriteLine(code switch
        {
            Cancelled => failure is ResumableException ? failure.Message : "Cancelled; nothing was written.",
            Bug => $"error: this is a bug in ConceptExpress ({failure.GetType().Name}: {OneLine(failure.Message)}); please report it with the output of --verbose.",
            Resources when IsOutOfMemory(failure) => "error: memory ran out; try a smaller --resolution or size, another --precision, or a machine with more memory.",
            _ => $"error: {OneLine(failure.Message)}",
        });
        if (verbose) error.WriteLine(failure);
        return code;
    }

    static bool IsOutOfMemory(Exception failure) => failure is OutOfMemoryException
        || failure is ExternalException && OutOfMemoryMessages.Any(message => failure.Message.Contains(message, StringComparison.OrdinalIgnoreCase));

    static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
