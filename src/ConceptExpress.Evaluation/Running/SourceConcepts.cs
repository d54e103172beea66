using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Running;

/// <summary>What generated pictures are compared with: the picture masked by the true mask of a thing (method 4).</summary>
public static class SourceConcepts
{
    /// <summary>The whole picture, black outside of the mask.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="mask">Of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static RgbImage Of(RgbImage picture, Mask mask)
    {
        if (mask.Width != picture.Width || mask.Height != picture.Height)
            throw new ArgumentException($"a mask of {mask.Width}x{mask.Height} does not fit a picture of {picture.Width}x{picture.Height}");
        var pixels = picture.Pixels.ToArray();
        for (var i = 0; i < mask.Pixels.Length; i++)
            if (!mask.Pixels[i]) pixels.AsSpan(3 * i, 3).Clear();
        return new RgbImage(picture.Width, picture.Height, pixels);
    }
}
