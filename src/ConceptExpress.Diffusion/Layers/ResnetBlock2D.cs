using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Layers;

// Shapes: B batch, C channels, h x w grid, T width of the time embedding

/// <summary>Residual block: two normalised 3x3 convolutions. The time embedding is added between them.</summary>
sealed class ResnetBlock2D : Module<Tensor, Tensor?, Tensor>
{
    readonly GroupNorm norm1, norm2;
    readonly Conv2d conv1, conv2;
    readonly Linear? time_emb_proj;
    readonly Conv2d? conv_shortcut;

    /// <summary>Creates a block with uninitialised weights.</summary>
    /// <param name="inputs">C, number of input channels.</param>
    /// <param name="outputs">C', number of output channels.</param>
    /// <param name="groups">Number of groups in the normalisation.</param>
    /// <param name="epsilon">Epsilon of the normalisation: 1e-5 in the UNet, 1e-6 in the VAE.</param>
    /// <param name="timeWidth">T, width of the time embedding; null if there is none (VAE).</param>
    public ResnetBlock2D(long inputs, long outputs, long groups, double epsilon, long? timeWidth) : base(nameof(ResnetBlock2D))
    {
        norm1 = new GroupNorm(groups, inputs, epsilon);
        conv1 = new Conv2d(inputs, outputs, kernel: 3, padding: 1);
        time_emb_proj = timeWidth is { } width ? new Linear(width, outputs) : null;
        norm2 = new GroupNorm(groups, outputs, epsilon);
        conv2 = new Conv2d(outputs, outputs, kernel: 3, padding: 1);
        conv_shortcut = inputs == outputs ? null : new Conv2d(inputs, outputs, kernel: 1);
        RegisterComponents();
    }

    /// <summary>Grid (B,C,h,w) and time embedding (B,T), or null, to (B,C',h,w).</summary>
    public override Tensor forward(Tensor x, Tensor? time)
    {
        using var scope = NewDisposeScope();
        var h = conv1.call(functional.silu(norm1.call(x)));
        if (time_emb_proj is not null) h = h + time_emb_proj.call(functional.silu(time!)).unsqueeze(2).unsqueeze(3);
        h = conv2.call(functional.silu(norm2.call(h)));
        return ((conv_shortcut?.call(x) ?? x) + h).MoveToOuterDisposeScope();
    }
}
