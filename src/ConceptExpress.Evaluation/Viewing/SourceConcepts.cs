using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>How the true things of a picture are shown to an encoder.</summary>
public enum SourceForm
{
    /// <summary>As published (method 4): the whole picture, black outside of the true mask.</summary>
    Masked,

    /// <summary>
    /// Cut out by the true mask and enlarged, on grey: for encoders that know things so, and see little but black in the published form.
    /// </summary>
    CutOut,
}

/// <summary>What generated pictures are compared with: the things of a picture, by their true masks.</summary>
public static class SourceConcepts
{
    /// <summary>A thing, as an encoder shall see it.</summary>
    /// <param name="picture">A square.</param>
    /// <param name="mask">Of the same size.</param>
    /// <param name="form">How it is shown.</param>
    /// <returns>As large as the picture. Of an empty mask nothing is seen: all black, or all grey.</returns>
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
