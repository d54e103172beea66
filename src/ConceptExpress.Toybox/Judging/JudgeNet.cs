using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Toybox.Scenes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = ConceptExpress.Diffusion.Layers.Conv2d;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Toybox.Judging;

// Shapes: B batch, C classes, h x w grid

/// <summary>A small classifier of pictures of one toy, with a head for each thing that captions say.</summary>
sealed class JudgeNet : Module
{
    static readonly (int Channels, int Stride)[] Blocks = [(32, 2), (64, 2), (64, 1), (96, 2), (96, 1), (128, 2), (128, 1)];

    readonly ModuleList<JudgeBlock> blocks = [];
    readonly Linear category, color, pattern, background;

    public JudgeNet() : base(nameof(JudgeNet))
    {
        var channels = 3;
        foreach (var block in Blocks)
        {
            blocks.Add(new JudgeBlock(channels, block.Channels, block.Stride));
            channels = block.Channels;
        }
        category = new Linear(2 * channels, ToyWords.Categories.Count);
        color = new Linear(2 * channels, ToyWords.Colors.Count);
        pattern = new Linear(2 * channels, ToyWords.Patterns.Count);
        background = new Linear(2 * channels, ToyWords.Backgrounds.Count);
        RegisterComponents();
    }

    /// <summary>Pictures (B,3,96,96) of [-1,1] to the logits of categories, colours, patterns and backgrounds, (B,C) each.</summary>
    public Tensor[] Logits(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var x = pictures;
        foreach (var block in blocks) x = block.call(x);
        var features = cat([x.mean([2, 3]), x.amax([2, 3])], 1);
        return [.. new[] { category, color, pattern, background }.Select(head => head.call(features).MoveToOuterDisposeScope())];
    }
}

/// <summary>A convolution, normalised; residual where shapes allow it.</summary>
sealed class JudgeBlock : Module<Tensor, Tensor>
{
    const int Groups = 8;

    readonly Conv2d conv;
    readonly GroupNorm norm;
    readonly bool residual;

    public JudgeBlock(int inputs, int outputs, int stride) : base(nameof(JudgeBlock))
    {
        conv = new Conv2d(inputs, outputs, kernel: 3, stride: stride, padding: 1);
        norm = new GroupNorm(Groups, outputs, epsilon: 1e-5);
        residual = inputs == outputs && stride == 1;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = functional.silu(norm.call(conv.call(x)));
        return (residual ? x + h : h).MoveToOuterDisposeScope();
    }
}
