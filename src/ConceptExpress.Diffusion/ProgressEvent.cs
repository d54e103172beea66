namespace ConceptExpress.Diffusion;

/// <summary>
/// What long work reports: the one stream of events from the UNet up to a command line, a page or a log. Events are delivered synchronously on the working
/// thread and hold plain values.
/// </summary>
public abstract record ProgressEvent;

/// <summary>A phase begins, and ends the one before.</summary>
/// <param name="Phase">Its one name, in displays, logs and <c>run.json</c>: "locate", "search words".</param>
/// <param name="Steps">How many <see cref="Advanced"/> will follow; null where that is not known.</param>
public sealed record PhaseBegan(string Phase, int? Steps = null) : ProgressEvent;

/// <summary>One more step of the phase is done.</summary>
/// <param name="Detail">What there is to say about it, in a few words; may be empty.</param>
public record Advanced(string Detail = "") : ProgressEvent;

/// <summary>Something that the user should know although the work goes on. One sentence.</summary>
public sealed record Warned(string Text) : ProgressEvent;

/// <summary>Something to say that is no warning. One sentence.</summary>
public sealed record Noted(string Text) : ProgressEvent;

/// <summary>A file or folder is finished.</summary>
public sealed record Produced(string Path) : ProgressEvent;
