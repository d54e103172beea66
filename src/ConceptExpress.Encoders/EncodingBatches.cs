using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, S side of a picture in pixels, D width of the features

/// <summary>Pictures through a model, a few at a time, so that any number of them fits the memory.</summary>
static class EncodingBatches
{
    const int Pictures = 32;

    /// <summary>Features (B,D).</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="preprocessing">What the model takes.</param>
    /// <param name="device">The model's.</param>
    /// <param name="encode">(b,3,S,S) on the device to (b,D).</param>
    /// <exception cref="ArgumentException">No pictures.</exception>
    public static Tensor Run(IReadOnlyList<RgbImage> pictures, ImagePreprocessing preprocessing, Device device, Func<Tensor, Tensor> encode)
    {
        if (pictures.Count == 0) throw new ArgumentException("There are no pictures to encode.", nameof(pictures));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var features = new List<Tensor>();
        foreach (var batch in pictures.Chunk(Pictures))
        {
            using var inner = NewDisposeScope();
            features.Add(encode(preprocessing.Apply(batch).to(device)).MoveToOuterDisposeScope());
        }
        return cat(features, 0).MoveToOuterDisposeScope();
    }
}
