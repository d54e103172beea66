namespace ConceptExpress.Diffusion;

/// <summary>Settings ask for something that cannot be. The message is one sentence: which setting, what is wrong, what would do.</summary>
public sealed class SettingsException(string message) : Exception(message);
