using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, D width of the features

/// <summary>Maps pictures to features. The cosine of two features says how similar the pictures are.</summary>
interface IImageEncoder : IDisposable
{
    /// <summary>The name of the checkpoint's folder.</summary>
    string Name { get; }

    /// <summary>D, the width of the features.</summary>
    int Width { get; }

    /// <summary>
    /// The features (B,D) of pictures, fp32, on the encoder's device, not normalised to unit length, without a gradient. The features of a
    /// picture do not depend on the other pictures.
    /// </summary>
    /// <param name="pictures">Pictures of any sizes; at least one.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    Tensor Encode(IReadOnlyList<RgbImage> pictures);
}
