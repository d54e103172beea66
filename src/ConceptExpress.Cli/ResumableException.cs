namespace ConceptExpress.Cli;

/// <summary>A command was cancelled that keeps what it has done. The message is one sentence: how to go on.</summary>
public sealed class ResumableException(string message) : OperationCanceledException(message);
