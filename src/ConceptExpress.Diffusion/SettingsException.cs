using ConceptExpress.Imaging;

namespace ConceptExpress.Diffusion;

/// <summary>Settings are invalid. The message is one sentence: which setting, what is wrong with it, which values work.</summary>
/// <param name="message">The sentence.</param>
public sealed class SettingsException(string message) : Exception(OneLine.Of(message));
