using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, h x w pixels, N patches, R registers, E width

/// <summary>A vision transformer trained by self-distillation: DINO or DINOv2.</summary>
interface IDinoModel
{
    /// <summary>R, the number of register tokens between the class token and the patches; 0 in models without registers.</summary>
    int Registers { get; }

    /// <summary>E, the width of the tokens.</summary>
    int Width { get; }

    /// <summary>
    /// The input of the first layer and the output of every layer, before the last layer norm: 1 + layers tensors (B,1+R+N,E), class token
    /// first.
    /// </summary>
    /// <param name="pixels">Normalised pixels (B,3,h,w); both sides are at least one patch.</param>
    IReadOnlyList<Tensor> HiddenStates(Tensor pixels);

    /// <summary>Applies the last layer norm to the last hidden state (B,1+R+N,E).</summary>
    Tensor Normalize(Tensor lastHiddenState);
}

/// <summary>Features of a DINO or DINOv2 model.</summary>
static class DinoFeatures
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
