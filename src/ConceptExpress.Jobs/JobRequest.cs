using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs;

/// <summary>
/// Work to be done, as data: what a queue keeps as a row and a page sends as a body. It knows no host. Paths are those of the machine that runs it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "job")]
[JsonDerivedType(typeof(ExtractionRequest), "extract")]
[JsonDerivedType(typeof(LocalizationRequest), "localize")]
[JsonDerivedType(typeof(GenerationRequest), "generate")]
[JsonDerivedType(typeof(EvaluationRequest), "evaluate")]
[JsonDerivedType(typeof(RenderingRequest), "render")]
[JsonDerivedType(typeof(TrainingRequest), "train")]
[JsonDerivedType(typeof(ReportRequest), "report")]
public abstract record JobRequest
{
    /// <summary>The folder of the results.</summary>
    public required string Output { get; init; }

    /// <summary>The request as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LibraryJson.Compact);

    /// <summary>The request that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no request.</exception>
    public static JobRequest FromJson(string json) => JsonSerializer.Deserialize<JobRequest>(json, LibraryJson.Compact) ?? throw new JsonException("the request is null");

    /// <summary>Does the work on threads of its own and waits for its end.</summary>
    /// <param name="context">What it runs in.</param>
    /// <returns>The result; a record of the request's own kind that serialises to JSON.</returns>
    /// <exception cref="Exception">It failed; <see cref="Failure.KindOf"/> tells what kind of failure it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract object Run(JobContext context);

    /// <summary>The folder that a checkpoint is named by, which no result may be written into; null where it is not named by a folder.</summary>
    private protected static string? FolderOf(ModelReference? model) => (model as FolderModel)?.Path;
}

/// <summary>Work with a known result.</summary>
public abstract record JobRequest<TResult> : JobRequest where TResult : notnull
{
    /// <inheritdoc/>
    public sealed override object Run(JobContext context) => Work(context);

    /// <summary>As <see cref="JobRequest.Run"/>.</summary>
    public abstract TResult Work(JobContext context);
}

/// <summary>Work whose result appears as a whole at its end.</summary>
public abstract record FolderRequest<TResult> : JobRequest<TResult> where TResult : notnull
{
    /// <summary>Whether results that the same kind of job wrote into the folder earlier may be replaced.</summary>
    public bool Replace { get; init; }

    private protected OutputFolder Folder(OutputKind kind) => new(Output, kind, Replace);
}
