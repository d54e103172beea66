using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

/// <summary>Masked denoising: the concept's token must explain the noise inside the concept's mask, and only there.</summary>
/// <remarks>Method 2, masked denoising.</remarks>
static class MaskedDenoisingLoss
{
    /// <summary>Returns the mean of |m (target - predicted)|² over all elements, inside and outside the mask.</summary>
    /// <param name="predicted">(B,4,h,w) the noise or velocity that the UNet predicts.</param>
    /// <param name="target">(B,4,h,w) the true noise or velocity.</param>
    /// <param name="mask">(B,1,h,w) or (1,1,h,w), 0 or 1: the union of the masks of the prompt's concepts.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Of(Tensor predicted, Tensor target, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return ((predicted - target) * mask).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the mean over the elements inside the mask only, so that small concepts learn as fast as large ones. Parameters are those of
    /// <see cref="Of"/>.
    /// </summary>
    /// <remarks>Express only; method 5.</remarks>
    public static Tensor PerMaskedElement(Tensor predicted, Tensor target, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return OfEach(predicted, target, mask).mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the mean over the elements inside the mask for each member of the batch, (B); zero if the mask is empty. Parameters are
    /// those of <see cref="Of"/>.
    /// </summary>
    public static Tensor OfEach(Tensor predicted, Tensor target, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var error = ((predicted - target) * mask).square().sum([1, 2, 3]);
        var count = (mask.sum([1, 2, 3]) * predicted.shape[1]).clamp(min: 1);
        return (error / count).MoveToOuterDisposeScope();
    }
}
