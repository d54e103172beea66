using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: M text tokens, E width, K concept rows

/// <summary>Prompts with concept words to what the UNet attends to.</summary>
public sealed class PromptEncoder
{
    readonly ClipTokenizer tokenizer;
    readonly ClipTextModel encoder;
    readonly TokenEmbedding embedding;

    /// <param name="model">The checkpoint; its own tokenizer is left as it is.</param>
    /// <param name="conceptWords">The words of concept rows 0, 1, ..., each one token.</param>
    public PromptEncoder(StableDiffusion model, IEnumerable<string> conceptWords)
    {
        tokenizer = model.Tokenizer.WithPlaceholders(conceptWords);
        encoder = model.TextEncoder;
        embedding = new TokenEmbedding(encoder.Vocabulary, model.Tokenizer.VocabularySize);
    }

    /// <summary>Token ids, padded or cut to the text positions.</summary>
    public TokenizedPrompt Tokenize(string prompt) => tokenizer.Encode(prompt);

    /// <summary>Last hidden state (1,M,E) of a prompt.</summary>
    /// <param name="prompt">May hold the concept words.</param>
    /// <param name="concepts">(K,E) concept rows, or null where the prompt holds none.</param>
    public Tensor Encode(string prompt, Tensor? concepts = null)
    {
        using var scope = NewDisposeScope();
        var lookup = Lookup(Tokenize(prompt), concepts);
        return Encode(lookup).MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings of a prompt's tokens, (1,M,E).</summary>
    public TokenLookup Lookup(TokenizedPrompt prompt, Tensor? concepts) => embedding.Lookup([prompt.Ids], concepts);

    /// <summary>Last hidden state (1,M,E) of embedded tokens.</summary>
    public Tensor Encode(TokenLookup lookup) => encoder.call(lookup.Embeddings);
}
