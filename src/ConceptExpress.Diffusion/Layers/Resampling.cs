using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Layers;

// Shapes: B batch, C channels, h x w grid

/// <summary>Halves the sides of the grid with a strided convolution.</summary>
sealed class Downsample2D : Module<Tensor, Tensor>
{
    readonly Conv2d conv;
    readonly bool padEndOnly;

    /// <summary>Creates a layer with uninitialised weights.</summary>
    /// <param name="channels">Number of input channels, and of output channels.</param>
    /// <param name="padEndOnly">
    /// Pad only one row below and one column to the right, as the VAE's encoder does; else one on all sides.
    /// </param>
    public Downsample2D(long channels, bool padEndOnly) : base(nameof(Downsample2D))
    {
        this.padEndOnly = padEndOnly;
        conv = new Conv2d(channels, channels, kernel: 3, stride: 2, padding: padEndOnly ? 0 : 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        if (!padEndOnly) return conv.call(x);
        using var padded = functional.pad(x, (0, 1, 0, 1));
        return conv.call(padded);
    }
}

/// <summary>Enlarges the grid by nearest-neighbour interpolation, then convolves.</summary>
sealed class Upsample2D : Module<Tensor, Tensor>
{
    readonly Conv2d conv;

    public Upsample2D(long channels) : base(nameof(Upsample2D))
    {
        conv = new Conv2d(channels, channels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>(B,C,h,w) to (B,C,2h,2w).</summary>
    public override Tensor forward(Tensor x) => To(x, [2 * x.shape[2], 2 * x.shape[3]]);

    /// <summary>Enlarges to the size of the next skip connection, which is not exactly twice the size if a level had an odd side.</summary>
    /// <param name="x">(B,C,h,w).</param>
    /// <param name="skip">The skip connection, (B,D,H,W).</param>
    /// <returns>(B,C,H,W).</returns>
    public Tensor ToSizeOf(Tensor x, Tensor skip) => To(x, [skip.shape[2], skip.shape[3]]);

    Tensor To(Tensor x, long[] shape)
    {
        using var large = functional.interpolate(x, shape, mode: InterpolationMode.Nearest);
        return conv.call(large);
    }
}
