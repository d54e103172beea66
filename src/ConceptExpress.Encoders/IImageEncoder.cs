using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, D width of the features

/// <summary>Pictures to features whose cosines tell how alike two pictures are.</summary>
public interface IImageEncoder : IDisposable
{
    /// <summary>The name of the checkpoint's folder.</summary>
    string Name { get; }

    /// <summary>D.</summary>
    int Width { get; }

    /// <summary>
    /// Features (B,D), fp32, on the encoder's device, not of unit length, without a gradient. A picture's features do not depend on the
    /// others.
    /// </summary>
    /// <param name="pictures">Of any sizes; at least one.</param>
    /// <exception cref="ArgumentException">No pictures.</exception>
    Tensor Encode(IReadOnlyList<RgbImage> pictures);
}
