using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: V vocabulary, E width

/// <summary>A text encoder with its tokenizer. A checkpoint has one or more; what they say stands side by side in the UNet's context.</summary>
/// <param name="Tokenizer">Text to ids.</param>
/// <param name="Model">Embedded ids to hidden states.</param>
/// <param name="Config">Its shape.</param>
public sealed record TextEncoderPart(ClipTokenizer Tokenizer, ClipTextModel Model, ClipTextConfig Config) : IDisposable
{
    /// <summary>E.</summary>
    public int Width => (int)Config.HiddenSize;

    /// <summary>(V,E) the rows of the tokenizer's words, frozen. What the table has beyond them is padding and means nothing.</summary>
    public Tensor Words => Model.Vocabulary.narrow(0, 0, Tokenizer.VocabularySize);

    public void Dispose() => Model.Dispose();
}
