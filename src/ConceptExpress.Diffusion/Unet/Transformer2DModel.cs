using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = ConceptExpress.Diffusion.Layers.Conv2d;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;
using LayerNorm = ConceptExpress.Diffusion.Layers.LayerNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Diffusion.Unet;

// Shapes: B batch, C channels, h x w grid, N = h*w cells, M text tokens, E text width

/// <summary>Transformer on the cells of a grid: each cell attends to all cells and to the text.</summary>
sealed class Transformer2DModel : Module<Tensor, Tensor, Tensor>
{
    // Differs from the residual blocks' epsilon, and is not in configuration files.
    const double NormEpsilon = 1e-6;

    readonly GroupNorm norm;
    readonly Module<Tensor, Tensor> proj_in, proj_out;
    readonly ModuleList<BasicTransformerBlock> transformer_blocks;
    readonly bool linear;

    public Transformer2DModel(UnetConfig config, int level) : base(nameof(Transformer2DModel))
    {
        var channels = config.BlockOutChannels[level];
        linear = config.UseLinearProjection;
        norm = new GroupNorm(config.NormNumGroups, channels, NormEpsilon);
        proj_in = linear ? new Linear(channels, channels) : new Conv2d(channels, channels, kernel: 1);
        transformer_blocks = [];
        for (var i = 0; i < config.TransformerLayersAt(level); i++)
            transformer_blocks.Add(
                new BasicTransformerBlock(channels, config.ContextWidthAt(level), config.HeadsAt(level), config.UpcastAttention ?? false));
        proj_out = linear ? new Linear(channels, channels) : new Conv2d(channels, channels, kernel: 1);
        RegisterComponents();
    }

    /// <summary>(B,C,h,w) and text (B,M,E) to (B,C,h,w).</summary>
    public override Tensor forward(Tensor x, Tensor text)
    {
        using var scope = NewDisposeScope();
        var h = norm.call(x);
        h = linear ? proj_in.call(Cells(h)) : Cells(proj_in.call(h));
        foreach (var block in transformer_blocks) h = block.call(h, text);
        h = linear ? Grid(proj_out.call(h), x) : proj_out.call(Grid(h, x));
        return (h + x).MoveToOuterDisposeScope();
    }

    static Tensor Cells(Tensor x) => x.flatten(2).transpose(1, 2).contiguous();              // (B,C,h,w) -> (B,N,C)
    static Tensor Grid(Tensor x, Tensor like) =>
        x.transpose(1, 2).unflatten(2, [like.shape[2], like.shape[3]]).contiguous();          // (B,N,C) -> (B,C,h,w)
}

/// <summary>Self-attention, cross-attention and feed-forward, each added to its input.</summary>
sealed class BasicTransformerBlock : Module<Tensor, Tensor, Tensor>
{
    readonly LayerNorm norm1, norm2, norm3;
    readonly CrossAttention attn1, attn2;
    readonly FeedForward ff;

    public BasicTransformerBlock(long channels, long textWidth, long heads, bool upcast) : base(nameof(BasicTransformerBlock))
    {
        norm1 = new LayerNorm(channels);
        attn1 = new CrossAttention(channels, channels, heads, upcast: upcast);
        norm2 = new LayerNorm(channels);
        attn2 = new CrossAttention(channels, textWidth, heads, upcast: upcast);
        norm3 = new LayerNorm(channels);
        ff = new FeedForward(channels);
        RegisterComponents();
    }

    /// <summary>(B,N,C) and text (B,M,E) to (B,N,C).</summary>
    public override Tensor forward(Tensor x, Tensor text)
    {
        using var scope = NewDisposeScope();
        x = x + attn1.call(norm1.call(x), null);
        x = x + attn2.call(norm2.call(x), text);
        return (x + ff.call(norm3.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Gated feed-forward network (GEGLU). Its inner width is four times that of the input.</summary>
sealed class FeedForward : Module<Tensor, Tensor>
{
    readonly ModuleList<Module<Tensor, Tensor>> net;

    public FeedForward(long channels) : base(nameof(FeedForward))
    {
        // the middle one is dropout in diffusers
        net = [new GatedGelu(channels, 4 * channels), Identity(), new Linear(4 * channels, channels)];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var gated = net[0].call(x);
        return net[2].call(gated);
    }
}

/// <summary>Gated linear unit: one half of a projection is multiplied by the exact (erf) GELU of the other half.</summary>
sealed class GatedGelu : Module<Tensor, Tensor>
{
    readonly Linear proj;

    public GatedGelu(long inputs, long outputs) : base(nameof(GatedGelu))
    {
        proj = new Linear(inputs, 2 * outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var halves = proj.call(x).chunk(2, dim: 2);
        return (halves[0] * functional.gelu(halves[1])).MoveToOuterDisposeScope();
    }
}
