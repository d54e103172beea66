using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Jobs.Checkpoints;
using ConceptExpress.Jobs.Concepts;
using ConceptExpress.Jobs.Health;
using ConceptExpress.Jobs.Telemetry;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs;

/// <summary>
/// A job as data, which a queue can store and a web page can send as JSON. It does not depend on the program that runs it. Paths are those
/// of the machine that runs the job. A request is never changed, and can be run several times.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "job")]
[JsonDerivedType(typeof(ExtractionRequest), "extract")]
[JsonDerivedType(typeof(LocalizationRequest), "localize")]
[JsonDerivedType(typeof(GenerationRequest), "generate")]
[JsonDerivedType(typeof(RepetitionRequest), "repeat")]
[JsonDerivedType(typeof(ImportRequest), "import")]
[JsonDerivedType(typeof(EvaluationRequest), "evaluate")]
[JsonDerivedType(typeof(RenderingRequest), "render")]
[JsonDerivedType(typeof(TrainingRequest), "train")]
[JsonDerivedType(typeof(ReportRequest), "report")]
[JsonDerivedType(typeof(ConceptListRequest), "concepts-list")]
[JsonDerivedType(typeof(ConceptRenameRequest), "concepts-rename")]
[JsonDerivedType(typeof(ConceptRemoveRequest), "concepts-remove")]
[JsonDerivedType(typeof(ConceptExportRequest), "concepts-export")]
[JsonDerivedType(typeof(HealthRequest), "doctor")]
[JsonDerivedType(typeof(ModelListRequest), "models-list")]
[JsonDerivedType(typeof(ModelPullRequest), "models-pull")]
[JsonDerivedType(typeof(ModelVerifyRequest), "models-verify")]
[JsonDerivedType(typeof(ModelRemoveRequest), "models-remove")]
[JsonDerivedType(typeof(ModelCleanRequest), "models-clean")]
[JsonDerivedType(typeof(ModelImportRequest), "models-import")]
public abstract record JobRequest
{
    // A misspelled field would silently have its default.
    static readonly JsonSerializerOptions Strict =
        new(LibraryJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    static readonly FrozenDictionary<Type, string> Names = typeof(JobRequest).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(kind => kind.DerivedType, kind => (string)kind.TypeDiscriminator!);

    /// <summary>The name of this kind of job, as in the field <c>job</c> of its JSON.</summary>
    private protected string JobName => Names[GetType()];

    /// <summary>Returns the request as JSON on one line. The field <c>job</c> says which kind of request it is.</summary>
    /// <exception cref="NotSupportedException">The request is of a kind that this library does not define.</exception>
    public string ToJson() => JsonSerializer.Serialize(this, LibraryJson.Compact);

    /// <summary>
    /// Reads a request that <see cref="ToJson"/> wrote. Ranges are checked only when the request runs.
    /// </summary>
    /// <param name="json">The JSON. Comments and trailing commas are allowed.</param>
    /// <returns>A request of the kind that the field <c>job</c> names.</returns>
    /// <exception cref="JsonException">
    /// The text is not JSON, does not name a known kind of request in <c>job</c>, lacks a required field, has an unknown one, or has a
    /// value of the wrong type.
    /// </exception>
    public static JobRequest FromJson(string json) =>
        LibraryJson.Read<JobRequest>(json, Strict) ?? throw new JsonException("the request must be a JSON object, not null");

    /// <summary>
    /// Runs the job, and waits for its end. Work with a checkpoint runs on the checkpoint's thread, after earlier jobs with the same
    /// checkpoint.
    /// </summary>
    /// <param name="context">Gives the job its checkpoints, receives its events, and cancels it.</param>
    /// <returns>The result: a record that depends on the kind of request, and that can be serialised to JSON.</returns>
    /// <exception cref="Exception">The job failed. <see cref="Failure.KindOf"/> returns the kind of failure.</exception>
    /// <exception cref="OperationCanceledException">
    /// The job was cancelled. <see cref="ResumableException"/>: it was cancelled, and its progress is kept.
    /// </exception>
    public abstract object Run(JobContext context);

    /// <summary>
    /// Returns the folder of a <see cref="FolderModel"/>, into which no result may be written; null for other checkpoints.
    /// </summary>
    private protected static string? FolderOf(ModelReference? model) => (model as FolderModel)?.Path;
}

/// <summary>A job with a known type of result.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract record JobRequest<TResult> : JobRequest where TResult : notnull
{
    /// <inheritdoc/>
    public sealed override object Run(JobContext context) => Work(context);

    /// <summary>Runs the job like <see cref="JobRequest.Run"/>, and returns its typed result.</summary>
    /// <param name="context">Gives the job its checkpoints, receives its events, and cancels it.</param>
    /// <returns>The result, when all files are written.</returns>
    /// <exception cref="Exception">The job failed. <see cref="Failure.KindOf"/> returns the kind of failure.</exception>
    /// <exception cref="OperationCanceledException">
    /// The job was cancelled. <see cref="ResumableException"/>: it was cancelled, and its progress is kept.
    /// </exception>
    public abstract TResult Work(JobContext context);

    /// <summary>Runs the work, and turns its events into traces and metrics. Every <see cref="Work"/> does.</summary>
    private protected TResult Observed(JobContext context, Func<JobContext, TResult> work) =>
        JobObserver.Run(JobName, context, () => work(context));
}

/// <summary>A job whose results are a folder.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract record OutputRequest<TResult> : JobRequest<TResult> where TResult : notnull
{
    /// <summary>
    /// Path of the folder for the results. The folder need not exist. It must neither be nor contain an input of the job.
    /// </summary>
    public required string Output { get; init; }
}

/// <summary>A job whose result folder is written at its end, completely or not at all.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract record FolderRequest<TResult> : OutputRequest<TResult> where TResult : notnull
{
    /// <summary>
    /// Whether earlier results of the same kind of job in the folder may be replaced. Other files in the folder are kept. If false, the
    /// folder must be empty or not exist.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Replace { get; init; }

    private protected OutputFolder Folder(OutputKind kind) => new(Output, kind, Replace);
}
