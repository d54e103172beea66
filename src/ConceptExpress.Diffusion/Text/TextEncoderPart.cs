using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Text;

// Shapes: V vocabulary, E width

/// <summary>
/// A text encoder with its tokenizer. A checkpoint has one or more; their hidden states are concatenated in the UNet's context.
/// </summary>
/// <param name="Tokenizer">Converts text to ids.</param>
/// <param name="Model">Converts embedded ids to hidden states. Disposed of with this part.</param>
/// <param name="Config">Sizes of the text encoder.</param>
sealed record TextEncoderPart(ClipTokenizer Tokenizer, ClipTextModel Model, ClipTextConfig Config) : IDisposable
{
    /// <summary>E, the number of values in one row.</summary>
    public int Width => (int)Config.HiddenSize;

    /// <summary>Frozen rows of the tokenizer's vocabulary, (V,E). Further rows of the table are padding without a meaning.</summary>
    public Tensor Words => Model.Vocabulary.narrow(0, 0, Tokenizer.VocabularySize);

    public void Dispose() => Model.Dispose();
}
