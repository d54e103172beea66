using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Unet;

// Shapes: B batch, C channels, h x w grid, T time width, M text tokens, E text width

/// <summary>
/// One level on the way down: residual blocks, each with attention if the configuration says so, then halving (except the last level).
/// </summary>
sealed class DownBlock : Module
{
    readonly ModuleList<ResnetBlock2D> resnets = [];
    readonly ModuleList<Transformer2DModel>? attentions;
    readonly ModuleList<Downsample2D>? downsamplers;

    public DownBlock(UnetConfig config, int level) : base(nameof(DownBlock))
    {
        var outputs = config.BlockOutChannels[level];
        var inputs = config.BlockOutChannels[Math.Max(level - 1, 0)];
        attentions = config.AttendsDown(level) ? [] : null;
        for (var i = 0; i < config.LayersAt(level); i++)
        {
            resnets.Add(
                new ResnetBlock2D(i == 0 ? inputs : outputs, outputs, config.NormNumGroups, config.NormEpsilon,
                TimeEmbedding.Width(config)));
            attentions?.Add(new Transformer2DModel(config, level));
        }
        downsamplers = level < config.Levels - 1 ? [new Downsample2D(outputs, padEndOnly: false)] : null;
        RegisterComponents();
    }

    /// <summary>
    /// (B,C,h,w) to the input of the next level. Every intermediate result is pushed to <paramref name="skips"/> for the way up.
    /// </summary>
    public Tensor Down(Tensor x, Tensor time, Tensor text, Stack<Tensor> skips)
    {
        for (var i = 0; i < resnets.Count; i++)
        {
            x = resnets[i].call(x, time);
            if (attentions is not null) x = attentions[i].call(x, text);
            skips.Push(x);
        }
        if (downsamplers is not null) skips.Push(x = downsamplers[0].call(x));
        return x;
    }
}

/// <summary>The middle of the UNet: residual block, attention, residual block.</summary>
sealed class MidBlock : Module
{
    readonly ModuleList<ResnetBlock2D> resnets = [];
    readonly ModuleList<Transformer2DModel> attentions;

    public MidBlock(UnetConfig config) : base(nameof(MidBlock))
    {
        var channels = config.BlockOutChannels[^1];
        for (var i = 0; i < 2; i++)
            resnets.Add(new ResnetBlock2D(channels, channels, config.NormNumGroups, config.NormEpsilon, TimeEmbedding.Width(config)));
        attentions = [new Transformer2DModel(config, config.Levels - 1)];
        RegisterComponents();
    }

    /// <summary>(B,C,h,w), time embedding (B,T) and text (B,M,E) to (B,C,h,w).</summary>
    public Tensor Across(Tensor x, Tensor time, Tensor text) =>
        resnets[1].call(attentions[0].call(resnets[0].call(x, time), text), time);
}

/// <summary>
/// One level on the way up: residual blocks on the input and the skip connections, each with attention if the configuration says so, then
/// doubling (except the last level).
/// </summary>
sealed class UpBlock : Module
{
    readonly ModuleList<ResnetBlock2D> resnets = [];
    readonly ModuleList<Transformer2DModel>? attentions;
    readonly ModuleList<Upsample2D>? upsamplers;

    /// <summary>Creates a level with uninitialised weights.</summary>
    /// <param name="config">The UNet's configuration.</param>
    /// <param name="position">Position in the order of execution: 0 is the block next to the middle.</param>
    public UpBlock(UnetConfig config, int position) : base(nameof(UpBlock))
    {
        var level = config.Levels - 1 - position;
        var channels = config.BlockOutChannels;
        var (outputs, previous, below) = (channels[level], channels[Math.Min(level + 1, config.Levels - 1)],
            channels[Math.Max(level - 1, 0)]);
        var layers = config.LayersAt(level) + 1;
        attentions = config.AttendsUp(position) ? [] : null;
        for (var i = 0; i < layers; i++)
        {
            var inputs = (i == 0 ? previous : outputs) + (i == layers - 1 ? below : outputs);
            resnets.Add(new ResnetBlock2D(inputs, outputs, config.NormNumGroups, config.NormEpsilon, TimeEmbedding.Width(config)));
            attentions?.Add(new Transformer2DModel(config, level));
        }
        upsamplers = level > 0 ? [new Upsample2D(outputs)] : null;
        RegisterComponents();
    }

    /// <summary>
    /// (B,C,h,w) to the input of the next level. The skip connections of this level are popped from <paramref name="skips"/>.
    /// </summary>
    public Tensor Up(Tensor x, Tensor time, Tensor text, Stack<Tensor> skips)
    {
        for (var i = 0; i < resnets.Count; i++)
        {
            x = resnets[i].call(cat([x, skips.Pop()], 1), time);
            if (attentions is not null) x = attentions[i].call(x, text);
        }
        return upsamplers is null ? x : upsamplers[0].ToSizeOf(x, skips.Peek());
    }
}
