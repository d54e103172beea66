using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, h x w pixels, N patches, R registers, E width

/// <summary>A vision transformer trained by self-distillation, of either generation.</summary>
public interface IDinoModel
{
    /// <summary>Tokens between the class token and the patches, R.</summary>
    int Registers { get; }

    /// <summary>E.</summary>
    int Width { get; }

    /// <summary>
    /// The first layer's input and every layer's output, before the last layer norm: 1 + layers tensors (B,1+R+N,E), class token
    /// first.
    /// </summary>
    /// <param name="pixels">Normalised, (B,3,h,w), at least a patch in size.</param>
    IReadOnlyList<Tensor> HiddenStates(Tensor pixels);

    /// <summary>A last hidden state (B,1+R+N,E) through the last layer norm.</summary>
    Tensor Normalize(Tensor lastHiddenState);
}

/// <summary>What callers want of such a model.</summary>
public static class DinoFeatures
{
    extension(IDinoModel model)
    {
        /// <summary>Normalised pixels (B,3,h,w) to the class token after the last layer norm, (B,E).</summary>
        public Tensor ClassToken(Tensor pixels)
        {
            using var scope = NewDisposeScope();
            return model.Tokens(pixels).select(1, 0).clone().MoveToOuterDisposeScope();
        }

        /// <summary>
        /// Normalised pixels (B,3,h,w) to all tokens after the last layer norm, (B,1+R+N,E): class token, registers, patches.
        /// </summary>
        public Tensor Tokens(Tensor pixels)
        {
            using var scope = NewDisposeScope();
            return model.Normalize(model.HiddenStates(pixels)[^1]).MoveToOuterDisposeScope();
        }
    }
}
