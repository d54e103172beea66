using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Toybox.Scenes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = ConceptExpress.Diffusion.Layers.Conv2d;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;
using Linear = ConceptExpress.Diffusion.Layers.Linear;

namespace ConceptExpress.Toybox.Judging;

// Shapes: B batch, C classes

/// <summary>The judge's network: a small convolutional classifier with one head each for category, color, pattern and background.</summary>
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

    /// <summary>Maps pictures (B,3,96,96) in [-1,1] to four logits (B,C): category, color, pattern, background.</summary>
    public Tensor[] Logits(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var x = pictures;
        foreach (var block in blocks) x = block.call(x);
        var features = cat([x.mean([2, 3]), x.amax([2, 3])], 1);
        return [.. new[] { category, color, pattern, background }.Select(head => head.call(features).MoveToOuterDisposeScope())];
    }
}

/// <summary>3x3 convolution, group norm and SiLU, with a residual connection if input and output have the same shape.</summary>
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
