using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// The text encoder's configuration from its names and shapes. They do not tell the heads, which are <see cref="UnstoredSizes"/>, nor the
/// activation, which is CLIP's quick GELU in 1.x and the exact one in 2.x.
/// </summary>
static class TextShapes
{
    const long HeadWidth = 64;

    /// <summary>Returns the configuration of a text encoder with the names of the transformers library, without text_model.</summary>
    /// <exception cref="CheckpointException">A tensor that tells a size is missing.</exception>
    public static ClipTextConfig InferTransformers(FilePart text, UnstoredSizes sizes, bool isSecond) => new()
    {
        VocabularySize = text.Size("embeddings.token_embedding.weight", 0),
        HiddenSize = text.Size("embeddings.token_embedding.weight", 1),
        Positions = (int)text.Size("embeddings.position_embedding.weight", 0),
        IntermediateSize = text.Size("encoder.layers.0.mlp.fc1.weight", 0),
        Layers = sizes.TextLayers ?? text.Count(layer => $"encoder.layers.{layer}"),
        Heads = sizes.TextHeads ?? text.Size("embeddings.token_embedding.weight", 1) / HeadWidth,
        Activation = Activation(isSecond),
    };

    /// <summary>Returns the configuration of a text encoder with OpenCLIP's names.</summary>
    /// <exception cref="CheckpointException">A tensor that tells a size is missing.</exception>
    public static ClipTextConfig InferOpenClip(FilePart text, UnstoredSizes sizes) => new()
    {
        VocabularySize = text.Size("token_embedding.weight", 0),
        HiddenSize = text.Size("token_embedding.weight", 1),
        Positions = (int)text.Size("positional_embedding", 0),
        IntermediateSize = text.Size("transformer.resblocks.0.mlp.c_fc.weight", 0),
        Layers = OpenClipLayers(text, sizes),
        Heads = sizes.TextHeads ?? text.Size("token_embedding.weight", 1) / HeadWidth,
        Activation = Activation(isSecond: true),
    };

    /// <summary>
    /// Number of OpenCLIP's layers that are used: all but the last, since 2.x takes the text from the one before it. Some programs leave
    /// the last out of their files; OpenCLIP's ViT-H, the one in 2.x, has 24.
    /// </summary>
    public static int OpenClipLayers(FilePart text, UnstoredSizes sizes)
    {
        const int usedOfLarge = 23, widthOfLarge = 1024;
        var layers = text.Count(layer => $"transformer.resblocks.{layer}");
        var lastIsGone = layers == usedOfLarge && text.Size("token_embedding.weight", 1) == widthOfLarge;
        return sizes.TextLayers ?? (lastIsGone ? layers : layers - 1);
    }

    static string Activation(bool isSecond) => isSecond ? "gelu" : "quick_gelu";
}
