using System.Runtime.InteropServices;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Hub;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Checkpoints;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;

namespace ConceptExpress.Jobs;

/// <summary>The kind of a failure. A host can turn it into an exit code or an HTTP status.</summary>
/// <remarks><see cref="Failure.KindOf"/> derives it from the type of an exception.</remarks>
public enum FailureKind
{
    /// <summary>A bug in ConceptExpress: an exception of any other type.</summary>
    Bug,

    /// <summary>
    /// The request is invalid (<see cref="SettingsException"/>), or its output folder has content that must not be replaced or is in use by
    /// another run (<see cref="OutputOccupiedException"/>).
    /// </summary>
    Request,

    /// <summary>
    /// An input is missing, unreadable or hostile (<see cref="ImageException"/>, <see cref="ConceptFolderException"/>,
    /// <see cref="EmbeddingException"/>, <see cref="DataSetException"/>, <see cref="StateException"/>).
    /// </summary>
    Input,

    /// <summary>
    /// The checkpoint is missing, damaged, does not match (<see cref="CheckpointException"/>), or cannot be downloaded.
    /// </summary>
    Model,

    /// <summary>
    /// Results or downloads cannot be written (<see cref="OutputException"/>), or memory ran out or is not expected to be enough.
    /// </summary>
    Resources,

    /// <summary>A value was not finite while learning (<see cref="LearningDivergedException"/>).</summary>
    Diverged,

    /// <summary>The job was cancelled (<see cref="OperationCanceledException"/>).</summary>
    Cancelled,
}

/// <summary>Maps exceptions to kinds of failure and to messages for users.</summary>
public static class Failure
{
    // Parts of the messages with which torch reports that memory ran out.
    static readonly string[] OutOfMemoryMessages = ["out of memory", "not enough memory", "bad_alloc",
        "DefaultCPUAllocator: can't allocate"];

    /// <summary>Returns the kind of failure of an exception that a job threw. Inner exceptions do not count.</summary>
    /// <param name="failure">The exception.</param>
    /// <returns>The kind; <see cref="FailureKind.Bug"/> for all types of exceptions that no other kind names.</returns>
    public static FailureKind KindOf(Exception failure) => failure switch
    {
        SettingsException or OutputOccupiedException => FailureKind.Request,
        ImageException or ConceptFolderException or EmbeddingException or DataSetException or StateException => FailureKind.Input,
        CheckpointException or HubException => FailureKind.Model,
        OutputException or HubStorageException or MemoryShortageException => FailureKind.Resources,
        LearningDivergedException => FailureKind.Diverged,
        _ when IsOutOfMemory(failure) => FailureKind.Resources,
        OperationCanceledException => FailureKind.Cancelled,
        _ => FailureKind.Bug,
    };

    /// <summary>
    /// Returns the message for the user, on one line: that of the exception, or one of its own for a bug, a lack of memory and a
    /// cancellation.
    /// </summary>
    /// <param name="failure">An exception that a job threw.</param>
    public static string Sentence(Exception failure) => KindOf(failure) switch
    {
        FailureKind.Bug => $"this is a bug in ConceptExpress ({failure.GetType().Name}: {Shown(failure)}); please report it.",
        FailureKind.Resources when IsOutOfMemory(failure) =>
            "memory ran out; end other programs, try precision bf16, a smaller resolution or size, or learning.atOnce 1, or use a machine "
                + "with more memory.",
        FailureKind.Cancelled when failure is not (ResumableException or DownloadStoppedException) => "cancelled; nothing was written.",
        _ => Shown(failure),
    };

    /// <summary>Whether memory ran out: .NET's, libtorch's or that of a graphics card.</summary>
    internal static bool IsOutOfMemory(Exception failure) => failure is OutOfMemoryException
        || failure is ExternalException
            && OutOfMemoryMessages.Any(message => failure.Message.Contains(message, StringComparison.OrdinalIgnoreCase));

    // Messages of the hub's client and of other libraries may hold what a terminal would obey.
    static string Shown(Exception failure) => OneLine.Of(failure.Message.ReplaceLineEndings(" "));
}

/// <summary>A job was cancelled, and its progress is kept. The message is one sentence that says how to continue.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception that caused this one; null if there is none. The default is null.</param>
public sealed class ResumableException(string message, Exception? inner = null) : OperationCanceledException(OneLine.Of(message), inner);
