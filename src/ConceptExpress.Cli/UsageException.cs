namespace ConceptExpress.Cli;

/// <summary>The command line asks for something that cannot be. The message is one sentence: which option, what is wrong, what would do.</summary>
public sealed class UsageException(string message) : Exception(message);
