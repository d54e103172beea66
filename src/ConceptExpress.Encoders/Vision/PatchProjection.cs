using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Vision;

// Shapes: B batch, C colours, P pixels along a patch, h x w patches, E width

/// <summary>
/// A convolution whose stride is its kernel: every patch of a picture, on its own, to a vector. Computed as one matrix product, because
/// convolutions of three colours read unwritten memory when libtorch 2.10 goes backward on a CPU
/// (see <see cref="Diffusion.Layers.Conv2d"/>).
/// </summary>
public sealed class PatchProjection : Module<Tensor, Tensor>
{
    readonly Parameter weight;
    readonly Parameter? bias;

    /// <param name="colours">C.</param>
    /// <param name="width">E.</param>
    /// <param name="patch">P, in pixels.</param>
    /// <param name="hasBias">CLIP's has none.</param>
    public PatchProjection(long colours, long width, long patch, bool hasBias) : base(nameof(PatchProjection))
    {
        weight = Placement.Parameter(width, colours, patch, patch);
        bias = hasBias ? Placement.Parameter(width) : null;
        RegisterComponents();
    }

    /// <summary>(B,C,hP,wP) to (B,hw,E), row by row; pixels to the right and below that fill no patch are left out.</summary>
    /// <exception cref="ArgumentException">Another number of dimensions or colours, or less than one patch.</exception>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var (colours, patch) = (weight.shape[1], weight.shape[2]);
        var (h, w) = Grid(pixels);
        var patches = pixels.narrow(2, 0, h * patch).narrow(3, 0, w * patch).reshape(-1, colours, h, patch, w, patch)
            .permute(0, 2, 4, 1, 3, 5).reshape(-1, h * w, colours * patch * patch);                     // (B,hw,CPP)
        return functional.linear(patches, weight.flatten(1), bias).MoveToOuterDisposeScope();
    }

    /// <summary>Rows and columns of patches in pictures (B,C,height,width).</summary>
    /// <exception cref="ArgumentException">Another number of dimensions or colours, or less than one patch.</exception>
    public (long Rows, long Columns) Grid(Tensor pixels)
    {
        var (colours, patch) = (weight.shape[1], weight.shape[2]);
        if (pixels.dim() != 4 || pixels.shape[1] != colours || pixels.shape[2] < patch || pixels.shape[3] < patch)
            throw new ArgumentException(
                $"Pixels of shape [{string.Join(", ", pixels.shape)}] are not pictures of {colours} colours and {patch} pixels or more.",
                nameof(pixels));
        return (pixels.shape[2] / patch, pixels.shape[3] / patch);
    }
}
