using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Vae;

// Shapes: B batch, C channels, h x w grid, N = h*w

/// <summary>Creates the layers that all blocks of the autoencoder share.</summary>
static class VaeBlock
{
    const double NormEpsilon = 1e-6;

    public static ResnetBlock2D Resnet(VaeConfig config, long inputs, long outputs) =>
        new(inputs, outputs, config.NormNumGroups, NormEpsilon, timeWidth: null);
    public static GroupNorm Norm(VaeConfig config, long channels) => new(config.NormNumGroups, channels, NormEpsilon);
}

/// <summary>One level of the encoder: residual blocks, then halving of the grid (except at the last level).</summary>
sealed class EncoderBlock : Module<Tensor, Tensor>
{
    readonly ModuleList<ResnetBlock2D> resnets = [];
    readonly ModuleList<Downsample2D>? downsamplers;

    public EncoderBlock(VaeConfig config, int level) : base(nameof(EncoderBlock))
    {
        var (inputs, outputs) = (config.BlockOutChannels[Math.Max(level - 1, 0)], config.BlockOutChannels[level]);
        for (var i = 0; i < config.LayersPerBlock; i++) resnets.Add(VaeBlock.Resnet(config, i == 0 ? inputs : outputs, outputs));
        downsamplers = level < config.BlockOutChannels.Length - 1 ? [new Downsample2D(outputs, padEndOnly: true)] : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        foreach (var resnet in resnets) x = resnet.call(x, null);
        return (downsamplers is null ? x : downsamplers[0].call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// One level of the decoder: residual blocks, one more than in the encoder, then doubling of the grid (except at the last level).
/// </summary>
sealed class DecoderBlock : Module<Tensor, Tensor>
{
    readonly ModuleList<ResnetBlock2D> resnets = [];
    readonly ModuleList<Upsample2D>? upsamplers;

    public DecoderBlock(VaeConfig config, int level) : base(nameof(DecoderBlock))
    {
        var (inputs, outputs) = (config.BlockOutChannels[Math.Min(level + 1, config.BlockOutChannels.Length - 1)],
            config.BlockOutChannels[level]);
        for (var i = 0; i <= config.LayersPerBlock; i++) resnets.Add(VaeBlock.Resnet(config, i == 0 ? inputs : outputs, outputs));
        upsamplers = level > 0 ? [new Upsample2D(outputs)] : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        foreach (var resnet in resnets) x = resnet.call(x, null);
        return (upsamplers is null ? x : upsamplers[0].call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>The middle of encoder or decoder: residual block, self-attention, residual block.</summary>
sealed class VaeMidBlock : Module<Tensor, Tensor>
{
    readonly ModuleList<ResnetBlock2D> resnets;
    readonly ModuleList<VaeAttention> attentions;

    public VaeMidBlock(VaeConfig config) : base(nameof(VaeMidBlock))
    {
        var channels = config.BlockOutChannels[^1];
        resnets = [VaeBlock.Resnet(config, channels, channels), VaeBlock.Resnet(config, channels, channels)];
        attentions = [new VaeAttention(config, channels)];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return resnets[1].call(attentions[0].call(resnets[0].call(x, null)), null).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention over the grid with one head. Old files name the weights query, key, value and proj_attn.</summary>
sealed class VaeAttention : Module<Tensor, Tensor>
{
    readonly GroupNorm group_norm;
    readonly Linear to_q, to_k, to_v;
    readonly ModuleList<Linear> to_out;

    public VaeAttention(VaeConfig config, long channels) : base(nameof(VaeAttention))
    {
        group_norm = VaeBlock.Norm(config, channels);
        to_q = new Linear(channels, channels);
        to_k = new Linear(channels, channels);
        to_v = new Linear(channels, channels);
        to_out = [new Linear(channels, channels)];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (x.shape[2], x.shape[3]);
        var cells = group_norm.call(x).flatten(2).transpose(1, 2).unsqueeze(1);                     // (B,1,N,C)
        var attended = functional.scaled_dot_product_attention(to_q.call(cells), to_k.call(cells), to_v.call(cells));
        var grid = to_out[0].call(attended.squeeze(1)).transpose(1, 2).unflatten(2, [height, width]); // (B,C,h,w)
        return (x + grid).MoveToOuterDisposeScope();
    }
}
