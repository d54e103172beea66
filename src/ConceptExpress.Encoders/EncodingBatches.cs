using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

// Shapes: B pictures, S side of a picture in pixels, D width of the features

/// <summary>Encodes pictures in batches of 32, so that any number of pictures fits in memory.</summary>
static class EncodingBatches
{
    const int Pictures = 32;

    /// <summary>The features (B,D) of pictures, without a gradient.</summary>
    /// <param name="pictures">The pictures, at least one.</param>
    /// <param name="preprocessing">Turns pictures into the pixels that the model takes.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="encode">The model: pixels (b,3,S,S) on the device to features (b,D).</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
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
