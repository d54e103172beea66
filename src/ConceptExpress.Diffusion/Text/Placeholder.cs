namespace ConceptExpress.Diffusion.Text;

/// <summary>A word that is added to a tokenizer.</summary>
/// <param name="Word">The word as written in prompts.</param>
/// <param name="Ids">Number of token ids that the word expands to, at least 1: one per vector.</param>
sealed record Placeholder(string Word, int Ids = 1)
{
    /// <summary>Converts a word to a placeholder with one id.</summary>
    public static implicit operator Placeholder(string word) => new(word);
}
