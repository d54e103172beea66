using System.Runtime.InteropServices;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;

namespace ConceptExpress.Jobs;

/// <summary>What kind of failure it is, for hosts to turn into an exit code or an HTTP status.</summary>
public enum FailureKind
{
    /// <summary>A mistake of ours.</summary>
    Bug,

    /// <summary>The request asks for something that cannot be.</summary>
    Request,

    /// <summary>An input is missing, unreadable or hostile.</summary>
    Input,

    /// <summary>The model is missing, damaged, or does not match.</summary>
    Model,

    /// <summary>Results cannot be written, or disk or memory ran out.</summary>
    Resources,

    /// <summary>Learning met a value that is not finite.</summary>
    Diverged,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,
}

/// <summary>The one table from exceptions to kinds of failure.</summary>
public static class Failure
{
    // How torch says that memory ran out.
    static readonly string[] OutOfMemoryMessages = ["out of memory", "not enough memory", "bad_alloc", "DefaultCPUAllocator: can't allocate"];

    public static FailureKind KindOf(Exception failure) => failure switch
    {
        SettingsException or OutputOccupiedException => FailureKind.Request,
        ImageException or ConceptFolderException or DataSetException or StateException => FailureKind.Input,
        CheckpointException => FailureKind.Model,
        OutputException => FailureKind.Resources,
        LearningDivergedException => FailureKind.Diverged,
        _ when IsOutOfMemory(failure) => FailureKind.Resources,
        OperationCanceledException => FailureKind.Cancelled,
        _ => FailureKind.Bug,
    };

    /// <summary>What to tell a user, in one sentence on one line.</summary>
    public static string Sentence(Exception failure) => KindOf(failure) switch
    {
        FailureKind.Bug => $"this is a bug in ConceptExpress ({failure.GetType().Name}: {OneLine(failure.Message)}); please report it.",
        FailureKind.Resources when IsOutOfMemory(failure) => "memory ran out; try a smaller resolution or size, another precision, or a machine with more memory.",
        FailureKind.Cancelled when failure is not ResumableException => "cancelled; nothing was written.",
        _ => OneLine(failure.Message),
    };

    static bool IsOutOfMemory(Exception failure) => failure is OutOfMemoryException
        || failure is ExternalException && OutOfMemoryMessages.Any(message => failure.Message.Contains(message, StringComparison.OrdinalIgnoreCase));

    static string OneLine(string message) => message.ReplaceLineEndings(" ");
}

/// <summary>A job was cancelled that keeps what it has done. The message is one sentence: how to go on.</summary>
public sealed class ResumableException(string message, Exception? inner = null) : OperationCanceledException(message, inner);
