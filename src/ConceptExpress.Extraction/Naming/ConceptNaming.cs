namespace ConceptExpress.Extraction.Naming;

/// <summary>A word of a vocabulary, and how near it is to a concept.</summary>
/// <param name="Word">The word, as prompts say it.</param>
/// <param name="Score">How near it is: a cosine, -1 to 1. Comparable only within one list.</param>
public sealed record NearWord(string Word, double Score);

/// <summary>What a concept may be called: a suggestion, and the words of the vocabulary that are nearest to it.</summary>
/// <param name="Name">
/// The suggested name, such as <c>ball</c>: 1 to 100 ASCII letters, digits, dots, dashes and underscores; null if no word is near.
/// </param>
/// <param name="Nearest">
/// The nearest words, the nearest first, by where they were looked for: <c>embedding</c> (vectors of the vocabulary), <c>text</c> (features
/// of the text encoder), <c>picture</c> (an image encoder on the concept's close-up).
/// </param>
public sealed record ConceptNaming(string? Name, IReadOnlyDictionary<string, IReadOnlyList<NearWord>> Nearest);
