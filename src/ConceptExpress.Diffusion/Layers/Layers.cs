using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Layers;

// Layers whose parameters await a checkpoint. Unlike TorchSharp's own they start uninitialised: filling 866 million weights
// with random numbers that are overwritten at once would take longer than reading the checkpoint.

/// <summary>y = x Wᵀ + b over the last dimension.</summary>
public sealed class Linear : Module<Tensor, Tensor>
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
public sealed class Conv2d : Module<Tensor, Tensor>
{
    readonly Parameter weight, bias;
    readonly long[] stride, padding;
    readonly bool wholeBlocks;

    public Conv2d(long inputs, long outputs, long kernel, long stride = 1, long padding = 0) : base(nameof(Conv2d))
    {
        weight = Placement.Parameter(outputs, inputs, kernel, kernel);
        bias = Placement.Parameter(outputs);
        (this.stride, this.padding) = ([stride, stride], [padding, padding]);
        wholeBlocks = inputs % Block == 0 && outputs % Block == 0;
        RegisterComponents();
    }

    // On CPUs, libtorch 2.10's bf16 convolutions to a number of channels that is not a multiple of 16 are wrong: 14 to 30 % off forward,
    // NaN backward (which convolves to the input's channels). Only the first and last layers have such numbers; they go through fp32.
    const long Block = 16;

    public override Tensor forward(Tensor x)
    {
        if (wholeBlocks || x.dtype != ScalarType.BFloat16 || x.device_type != DeviceType.CPU) return functional.conv2d(x, weight, bias, stride, padding);
        using var scope = NewDisposeScope();
        var exact = functional.conv2d(x.to(float32), weight.to(float32), bias.to(float32), stride, padding);
        return exact.to(ScalarType.BFloat16).MoveToOuterDisposeScope();
    }
}

/// <summary>Group normalisation of (B,C,h,w).</summary>
public sealed class GroupNorm : Module<Tensor, Tensor>
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
public sealed class LayerNorm : Module<Tensor, Tensor>
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
public sealed class Embedding : Module<Tensor, Tensor>
{
    readonly Parameter weight;

    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        weight = Placement.Parameter(rows, width);
        RegisterComponents();
    }

    /// <summary>The whole table, (rows, width).</summary>
    public Tensor Table => weight;

    /// <summary>Rows by id: (N) int64 to (N,width).</summary>
    public override Tensor forward(Tensor ids) => weight.index_select(0, ids);
}
