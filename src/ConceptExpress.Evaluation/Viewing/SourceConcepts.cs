using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>How the things of a picture are shown to an encoder (CLIP or DINO).</summary>
public enum SourceForm
{
    /// <summary>The published form (method 4): the whole picture, resized to a square, black outside of the true mask.</summary>
    Masked,

    /// <summary>
    /// The thing alone, cut out by its true mask and enlarged to the square with a margin, on grey (128). For encoders that know things in
    /// this form and see mostly black in the published one.
    /// </summary>
    CutOut,
}

/// <summary>Makes source concepts, with which generated pictures are compared: each shows one thing by its true mask.</summary>
static class SourceConcepts
{
    /// <summary>A picture of one thing, for an encoder.</summary>
    /// <param name="picture">The source picture, a square.</param>
    /// <param name="mask">The thing's true mask, of the same size as the picture.</param>
    /// <param name="form">How the thing is shown.</param>
    /// <returns>A picture of the same size; all black (masked) or all grey (cut out) if the mask is empty.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static RgbImage Of(RgbImage picture, Mask mask, SourceForm form)
    {
        if (mask.Size != picture.Size)
            throw new ArgumentException($"a mask of {mask.Size} does not fit a picture of {picture.Size}", nameof(mask));
        if (form == SourceForm.Masked) return Masked(picture, mask, outside: 0);
        return mask.Area > 0 ? CutOut.Of(picture, mask, picture.Width) : Masked(picture, mask, CutOut.Grey);
    }

    static RgbImage Masked(RgbImage picture, Mask mask, byte outside)
    {
        var pixels = picture.Pixels.ToArray();
        for (var i = 0; i < mask.Pixels.Length; i++)
            if (!mask.Pixels[i]) pixels.AsSpan(3 * i, 3).Fill(outside);
        return new RgbImage(picture.Size, pixels);
    }
}
