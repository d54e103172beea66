using ConceptExpress.Diffusion.Text.Prompts;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: M text positions, C chunks, E width of all encoders together, K rows of added words

/// <summary>Encodes prompts with added words into the UNet's conditioning, with one or more text encoders.</summary>
sealed class PromptEncoder
{
    readonly IReadOnlyList<TextEncoderPart> texts;
    readonly IReadOnlyList<ClipTokenizer> tokenizers;
    readonly Dictionary<string, (int First, int Count)> rowsOf = new(StringComparer.Ordinal);

    /// <summary>Adds words to the tokenizers of a checkpoint's text encoders.</summary>
    /// <param name="texts">The checkpoint's text encoders. Their own tokenizers do not change.</param>
    /// <param name="placeholders">
    /// The added words. The vectors of the first word are rows 0, 1, ..., then come those of the second, and so on.
    /// </param>
    /// <exception cref="ArgumentException">A word cannot be added; see <see cref="ClipTokenizer.WithPlaceholders"/>.</exception>
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

    /// <summary>
    /// Returns the token ids from the first encoder's tokenizer, padded or cut to the text positions. A word has the same positions in all
    /// encoders.
    /// </summary>
    public TokenizedPrompt Tokenize(string prompt) => tokenizers[0].Encode(prompt);

    /// <summary>Returns the first position of each vector of an added word in a prompt. Vectors that were cut off are missing.</summary>
    public IReadOnlyList<long> PositionsOf(string word, TokenizedPrompt prompt)
    {
        var (first, count) = rowsOf[word];
        var id = texts[0].Tokenizer.VocabularySize + first;
        return [.. Enumerable.Range(id, count).Select(each => (long)Array.IndexOf(prompt.Ids, each)).Where(position => position >= 0)];
    }

    /// <summary>Encodes a prompt into conditioning, a batch of one.</summary>
    /// <param name="prompt">The prompt, which may contain added words.</param>
    /// <param name="rows">Vectors of the added words, (K,E); null if the prompt contains none.</param>
    public TextConditioning Encode(string prompt, Tensor? rows = null)
    {
        using var scope = NewDisposeScope();
        return Encode(Lookup(prompt, rows)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Encodes a prompt with weights and chunks into conditioning, a batch of one of (1,C*M,E). Without weights, a prompt of one chunk
    /// gives the same as one that is all text.
    /// </summary>
    /// <param name="prompt">The prompt, which may contain added words.</param>
    /// <param name="syntax">How the prompt is read.</param>
    /// <param name="rows">Vectors of the added words, (K,E); null if the prompt contains none.</param>
    /// <exception cref="SettingsException">The prompt has syntax that is not supported, or too many chunks.</exception>
    public TextConditioning Encode(string prompt, PromptSyntax syntax, Tensor? rows)
    {
        using var scope = NewDisposeScope();
        var parsed = Parse(prompt, syntax);
        Tensor[] states = [.. texts.Select((_, i) => States(i, parsed, rows).reshape(1, -1, texts[i].Width))];
        return new TextConditioning(states is [var only] ? only : cat(states, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the number of chunks that a prompt has, 1 or more.</summary>
    /// <exception cref="SettingsException">The prompt has syntax that is not supported, or too many chunks.</exception>
    public int ChunksOf(string prompt, PromptSyntax syntax) => PromptChunks.Of(Parse(prompt, syntax), tokenizers[0]).Count;

    ParsedPrompt Parse(string prompt, PromptSyntax syntax) => ParsedPrompt.Parse(prompt, syntax, rowsOf.Keys);

    // (C,M,E') for the width E' of one encoder
    Tensor States(int encoder, ParsedPrompt prompt, Tensor? rows)
    {
        var (text, chunks) = (texts[encoder], PromptChunks.Of(prompt, tokenizers[encoder]));
        var own = rows is null || texts.Count == 1 ? rows : rows.narrow(1, texts.Take(encoder).Sum(each => each.Width), text.Width);
        Tensor Encoded(IEnumerable<long[]> ids) => text.Model.call(
            new TokenEmbedding(text.Model.Vocabulary, text.Tokenizer.VocabularySize).Lookup([.. ids], own).Embeddings);

        var states = Encoded(chunks.Select(chunk => chunk.Ids));
        if (!Emphasis.IsIn(chunks)) return states;
        var weights = tensor([.. chunks.SelectMany(chunk => chunk.Weights)], dtype: states.dtype, device: states.device)
            .view(chunks.Count, -1, 1);
        return prompt.Syntax == PromptSyntax.A1111
            ? Emphasis.Scaled(states, weights)
            : Emphasis.FromEmpty(states, weights, Encoded([tokenizers[encoder].Framed([])]));
    }

    /// <summary>Returns the embeddings of a prompt's tokens for each encoder.</summary>
    /// <param name="prompt">The prompt, which may contain added words.</param>
    /// <param name="rows">
    /// Vectors of the added words, (K,E), with the encoders' columns side by side. May require a gradient. Null if there is no word.
    /// </param>
    public PromptLookup Lookup(string prompt, Tensor? rows)
    {
        var (lookups, column) = (new List<TokenLookup>(), 0L);
        foreach (var (text, tokenizer) in texts.Zip(tokenizers))
        {
            var own = rows is null || texts.Count == 1 ? rows : rows.narrow(1, column, text.Width);
            lookups.Add(new TokenEmbedding(text.Model.Vocabulary, text.Tokenizer.VocabularySize)
                .Lookup([tokenizer.Encode(prompt).Ids], own));
            column += text.Width;
        }
        return new PromptLookup(lookups);
    }

    /// <summary>Encodes embedded tokens into conditioning, a batch of one.</summary>
    public TextConditioning Encode(PromptLookup lookup)
    {
        Tensor[] states = [.. texts.Zip(lookup.Encoders, (text, own) => text.Model.call(own.Embeddings))];
        return new TextConditioning(states is [var only] ? only : cat(states, 2));
    }
}

/// <summary>Embedded tokens of a prompt.</summary>
/// <param name="Encoders">One lookup per text encoder.</param>
sealed record PromptLookup(IReadOnlyList<TokenLookup> Encoders)
{
    /// <summary>
    /// Returns the sum of squares of the gradient that the frozen vocabularies would have received (published semantics 16). Call it after
    /// a backward pass.
    /// </summary>
    public double FrozenGradientSquare() => Encoders.Sum(own => own.FrozenGradientSquare());
}
