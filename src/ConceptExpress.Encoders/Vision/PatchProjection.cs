using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Vision;

// Shapes: B batch, C colours, P pixels along a patch, h x w patches, E width

/// <summary>
/// Maps each patch of a picture to a vector: a convolution whose stride equals its kernel size. It is computed as one matrix product,
/// because libtorch 2.10 reads uninitialised memory in the backward pass of convolutions with three channels on a CPU (see
/// <see cref="Diffusion.Layers.Conv2d"/>).
/// </summary>
sealed class PatchProjection : Module<Tensor, Tensor>
{
    readonly Parameter weight;
    readonly Parameter? bias;

    /// <param name="colours">C, the number of colour channels.</param>
    /// <param name="width">E, the width of the vectors.</param>
    /// <param name="patch">P, the side of a patch in pixels.</param>
    /// <param name="hasBias">Whether there is a bias. CLIP has none.</param>
    public PatchProjection(long colours, long width, long patch, bool hasBias) : base(nameof(PatchProjection))
    {
        weight = Placement.Parameter(width, colours, patch, patch);
        bias = hasBias ? Placement.Parameter(width) : null;
        RegisterComponents();
    }

    /// <summary>(B,C,hP,wP) to (B,hw,E), row by row. Pixels on the right and at the bottom that do not fill a patch are ignored.</summary>
    /// <exception cref="ArgumentException">The number of dimensions or colours is wrong, or a side is shorter than a patch.</exception>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var (colours, patch) = (weight.shape[1], weight.shape[2]);
        var (h, w) = Grid(pixels);
        var patches = pixels.narrow(2, 0, h * patch).narrow(3, 0, w * patch).reshape(-1, colours, h, patch, w, patch)
            .permute(0, 2, 4, 1, 3, 5).reshape(-1, h * w, colours * patch * patch);                     // (B,hw,CPP)
        return functional.linear(patches, weight.flatten(1), bias).MoveToOuterDisposeScope();
    }

    /// <summary>Number of rows and columns of patches in pictures (B,C,height,width).</summary>
    /// <exception cref="ArgumentException">The number of dimensions or colours is wrong, or a side is shorter than a patch.</exception>
    public (long Rows, long Columns) Grid(Tensor pixels)
    {
        var (colours, patch) = (weight.shape[1], weight.shape[2]);
        if (pixels.dim() != 4 || pixels.shape[1] != colours || pixels.shape[2] < patch || pixels.shape[3] < patch)
            throw new ArgumentException(
                $"Pixels have shape [{string.Join(", ", pixels.shape)}]; expected (B,{colours},h,w) with sides of {patch} or more.",
                nameof(pixels));
        return (pixels.shape[2] / patch, pixels.shape[3] / patch);
    }
}
