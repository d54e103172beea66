using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Layers;

// Layers whose parameters are read from a checkpoint. Unlike TorchSharp's own layers they start uninitialised: to fill 866 million weights
// with random numbers that are overwritten at once would take longer than to read the checkpoint.

/// <summary>y = x Wᵀ + b over the last dimension.</summary>
sealed class Linear : Module<Tensor, Tensor>
{
    readonly Parameter weight;
    readonly Parameter? bias;

    public Linear(long inputs, long outputs, bool hasBias = true) : base(nameof(Linear))
    {
        weight = Placement.Parameter(outputs, inputs);
        bias = hasBias ? Placement.Parameter(outputs) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.linear(x, weight, bias);
}

/// <summary>Two-dimensional convolution, (B,C,h,w) to (B,C',h',w').</summary>
/// <remarks>
/// On CPUs libtorch 2.10 convolves in blocks of 16 channels. If the last block is not full, it reads uninitialised memory: in fp32 in the
/// backward pass (NaN about once in fifty runs), in bf16 in the forward pass, too (14 to 30 % off). In these cases this layer fills the
/// block with channels of zeros. Only the first and last layers of a network have such numbers of channels.
/// </remarks>
sealed class Conv2d : Module<Tensor, Tensor>
{
    const long Block = 16;

    readonly Parameter weight, bias;
    readonly long[] stride, padding;

    public Conv2d(long inputs, long outputs, long kernel, long stride = 1, long padding = 0) : base(nameof(Conv2d))
    {
        weight = Placement.Parameter(outputs, inputs, kernel, kernel);
        bias = Placement.Parameter(outputs);
        (this.stride, this.padding) = ([stride, stride], [padding, padding]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (inputs, outputs) = (Missing(weight.shape[1]), Missing(weight.shape[0]));
        var exact = inputs + outputs == 0 || x.device_type != DeviceType.CPU || x.dtype == float32 && !x.requires_grad
            && !weight.requires_grad;
        if (exact) return functional.conv2d(x, weight, bias, stride, padding);
        using var scope = NewDisposeScope();
        var whole = functional.conv2d(
            functional.pad(x, [0, 0, 0, 0, 0, inputs]), functional.pad(weight, [0, 0, 0, 0, 0, inputs, 0, outputs]),
            functional.pad(bias, [0, outputs]), stride, padding);
        return whole.narrow(1, 0, weight.shape[0]).MoveToOuterDisposeScope();
    }

    static long Missing(long channels) => (Block - channels % Block) % Block;
}

/// <summary>Group normalisation of (B,C,h,w).</summary>
sealed class GroupNorm : Module<Tensor, Tensor>
{
    readonly Parameter weight, bias;
    readonly long groups;
    readonly double epsilon;

    public GroupNorm(long groups, long channels, double epsilon) : base(nameof(GroupNorm))
    {
        (this.groups, this.epsilon) = (groups, epsilon);
        weight = Placement.Parameter(channels);
        bias = Placement.Parameter(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.group_norm(x, groups, weight, bias, epsilon);
}

/// <summary>Layer normalisation over the last dimension.</summary>
sealed class LayerNorm : Module<Tensor, Tensor>
{
    readonly Parameter weight, bias;
    readonly double epsilon;

    public LayerNorm(long width, double epsilon = 1e-5) : base(nameof(LayerNorm))
    {
        this.epsilon = epsilon;
        weight = Placement.Parameter(width);
        bias = Placement.Parameter(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.layer_norm(x, [x.shape[^1]], weight, bias, epsilon);
}

/// <summary>A table of rows, one per token id or position.</summary>
sealed class Embedding : Module<Tensor, Tensor>
{
    readonly Parameter weight;

    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        weight = Placement.Parameter(rows, width);
        RegisterComponents();
    }

    /// <summary>The whole table, (rows, width).</summary>
    public Tensor Table => weight;

    /// <summary>Returns rows by id: (N) int64 to (N,width).</summary>
    public override Tensor forward(Tensor ids) => weight.index_select(0, ids);
}
