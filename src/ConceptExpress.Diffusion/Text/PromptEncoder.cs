using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: M text positions, E width of all encoders together, K rows of added words

/// <summary>Prompts with added words to what the UNet is told, by one text encoder or several.</summary>
public sealed class PromptEncoder
{
    readonly IReadOnlyList<TextEncoderPart> texts;
    readonly IReadOnlyList<ClipTokenizer> tokenizers;
    readonly Dictionary<string, (int First, int Count)> rowsOf = new(StringComparer.Ordinal);

    /// <param name="texts">The checkpoint's text encoders; their tokenizers are left as they are.</param>
    /// <param name="placeholders">The added words. The vectors of the first are rows 0, 1, ..., then come those of the second, and so on.</param>
    public PromptEncoder(IReadOnlyList<TextEncoderPart> texts, IEnumerable<Placeholder> placeholders)
    {
        List<Placeholder> words = [.. placeholders];
        this.texts = texts;
        tokenizers = [.. texts.Select(text => text.Tokenizer.WithPlaceholders(words))];
        var row = 0;
        foreach (var word in words)
        {
            rowsOf.Add(word.Word, (row, word.Ids));
            row += word.Ids;
        }
    }

    /// <summary>Token ids by the first encoder's tokenizer, padded or cut to the text positions. A word stands at the same positions for all encoders.</summary>
    public TokenizedPrompt Tokenize(string prompt) => tokenizers[0].Encode(prompt);

    /// <summary>Where an added word's vectors first stand in a prompt, one position each; those that were cut off are missing.</summary>
    public IReadOnlyList<long> PositionsOf(string word, TokenizedPrompt prompt)
    {
        var (first, count) = rowsOf[word];
        var id = texts[0].Tokenizer.VocabularySize + first;
        return [.. Enumerable.Range(id, count).Select(each => (long)Array.IndexOf(prompt.Ids, each)).Where(position => position >= 0)];
    }

    /// <summary>What the UNet is told of a prompt, a batch of one.</summary>
    /// <param name="prompt">May hold the added words.</param>
    /// <param name="rows">(K,E) the added words' vectors, or null where the prompt holds none.</param>
    public TextConditioning Encode(string prompt, Tensor? rows = null)
    {
        using var scope = NewDisposeScope();
        return Encode(Lookup(prompt, rows)).MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings of a prompt's tokens, for each encoder.</summary>
    /// <param name="prompt">May hold the added words.</param>
    /// <param name="rows">(K,E), each encoder's columns beside each other; may require a gradient. Null where the prompt holds no added word.</param>
    public PromptLookup Lookup(string prompt, Tensor? rows)
    {
        var (lookups, column) = (new List<TokenLookup>(), 0L);
        foreach (var (text, tokenizer) in texts.Zip(tokenizers))
        {
            var own = rows is null || texts.Count == 1 ? rows : rows.narrow(1, column, text.Width);
            lookups.Add(new TokenEmbedding(text.Model.Vocabulary, text.Tokenizer.VocabularySize).Lookup([tokenizer.Encode(prompt).Ids], own));
            column += text.Width;
        }
        return new PromptLookup(lookups);
    }

    /// <summary>What the UNet is told of embedded tokens, a batch of one.</summary>
    public TextConditioning Encode(PromptLookup lookup)
    {
        Tensor[] states = [.. texts.Zip(lookup.Encoders, (text, own) => text.Model.call(own.Embeddings))];
        return new TextConditioning(states is [var only] ? only : cat(states, 2));
    }
}

/// <summary>A prompt's embedded tokens, for each text encoder.</summary>
public sealed record PromptLookup(IReadOnlyList<TokenLookup> Encoders)
{
    /// <summary>After a backward pass: the sum of squares of the gradient that the frozen vocabularies would have received (golden semantics 16).</summary>
    public double FrozenGradientSquare() => Encoders.Sum(own => own.FrozenGradientSquare());
}
