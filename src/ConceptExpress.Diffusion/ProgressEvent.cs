namespace ConceptExpress.Diffusion;

/// <summary>
/// Progress of long work. All work reports through this one stream of events, from the UNet up to a command line, a web page or a log.
/// Events are delivered synchronously on the working thread and hold plain values.
/// </summary>
public abstract record ProgressEvent;

/// <summary>A phase begins. The phase before it has ended.</summary>
/// <param name="Phase">Name of the phase, the same in displays, logs and <c>run.json</c>, for example "locate" or "search words".</param>
/// <param name="Steps">Number of <see cref="Advanced"/> events that will follow; null, the default, if unknown.</param>
/// <param name="Unit">Abbreviation of a step, for its rate: "it", the default, or "MB".</param>
public sealed record PhaseBegan(string Phase, int? Steps = null, string Unit = "it") : ProgressEvent;

/// <summary>One more step of the phase is done. Events that tell more about a step derive from this one.</summary>
/// <param name="Detail">A few words about the step. The default is empty.</param>
public record Advanced(string Detail = "") : ProgressEvent;

/// <summary>A warning for the user. The work goes on.</summary>
/// <param name="Text">One sentence.</param>
public sealed record Warned(string Text) : ProgressEvent;

/// <summary>Information for the user that is not a warning.</summary>
/// <param name="Text">One sentence.</param>
public sealed record Noted(string Text) : ProgressEvent;

/// <summary>A file or folder is complete.</summary>
/// <param name="Path">Path of the file or folder.</param>
public sealed record Produced(string Path) : ProgressEvent;
