namespace ConceptExpress.Diffusion.Text;

/// <summary>A word that is added to a tokenizer.</summary>
/// <param name="Word">As written in prompts.</param>
/// <param name="Ids">How many token ids it expands to, 1 or more: one for each of its vectors.</param>
public sealed record Placeholder(string Word, int Ids = 1)
{
    public static implicit operator Placeholder(string word) => new(word);
}
