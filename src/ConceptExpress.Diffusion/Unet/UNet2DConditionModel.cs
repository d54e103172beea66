using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = ConceptExpress.Diffusion.Layers.Conv2d;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;

namespace ConceptExpress.Diffusion.Unet;

// Shapes: B batch, h x w latent grid

/// <summary>The denoiser of Stable Diffusion 1.x and 2.x ("High-Resolution Image Synthesis with Latent Diffusion Models").</summary>
sealed class UNet2DConditionModel : Module<Tensor, Tensor, TextConditioning, Tensor>
{
    readonly Conv2d conv_in, conv_out;
    readonly TimeEmbedding time_embedding;
    readonly ModuleList<DownBlock> down_blocks = [];
    readonly MidBlock mid_block;
    readonly ModuleList<UpBlock> up_blocks = [];
    readonly GroupNorm conv_norm_out;
    readonly ScalarType type;
    readonly List<CrossAttention> attentionLayers = [];

    public UNet2DConditionModel(UnetConfig config) : base(nameof(UNet2DConditionModel))
    {
        conv_in = new Conv2d(config.InChannels, config.BlockOutChannels[0], kernel: 3, padding: 1);
        time_embedding = new TimeEmbedding(config);
        for (var level = 0; level < config.Levels; level++) down_blocks.Add(new DownBlock(config, level));
        mid_block = new MidBlock(config);
        for (var position = 0; position < config.Levels; position++) up_blocks.Add(new UpBlock(config, position));
        conv_norm_out = new GroupNorm(config.NormNumGroups, config.BlockOutChannels[0], config.NormEpsilon);
        conv_out = new Conv2d(config.BlockOutChannels[0], config.OutChannels, kernel: 3, padding: 1);
        RegisterComponents();
        type = parameters().First().dtype;
        PlaceAttention(config);
    }

    /// <summary>All attention layers in the order of execution. Each has its <see cref="CrossAttention.Site"/>.</summary>
    public IReadOnlyList<CrossAttention> AttentionLayers => attentionLayers;

    /// <summary>
    /// Predicts noise or velocity, as the checkpoint was trained: latent (B,4,h,w), timesteps (B) and conditioning to (B,4,h,w).
    /// </summary>
    /// <exception cref="ArgumentException">The conditioning has pooled text or sizes, which these UNets cannot use.</exception>
    public override Tensor forward(Tensor latent, Tensor timesteps, TextConditioning text)
    {
        if (text.Pooled is not null || text.Sizes is not null)
            throw new ArgumentException("this UNet takes no pooled text and no sizes; leave them null", nameof(text));
        using var scope = NewDisposeScope();
        var time = time_embedding.Of(timesteps, type);
        var context = text.Context.to(type);
        var skips = new Stack<Tensor>();
        var x = conv_in.call(latent.to(type));
        skips.Push(x);
        foreach (var block in down_blocks) x = block.Down(x, time, context, skips);
        x = mid_block.Across(x, time, context);
        foreach (var block in up_blocks) x = block.Up(x, time, context, skips);
        x = conv_out.call(functional.silu(conv_norm_out.call(x)));
        return x.to(latent.dtype).MoveToOuterDisposeScope();
    }

    void PlaceAttention(UnetConfig config)
    {
        // In the order of execution. The modules' own order has the middle block last.
        string[] stages = ["down_blocks.", "mid_block.", "up_blocks."];
        foreach (var (path, module) in stages.SelectMany(stage => named_modules()
            .Where(m => m.name.StartsWith(stage, StringComparison.Ordinal))))
        {
            if (module is not CrossAttention layer) continue;
            var (stage, depth) = path.Split('.') switch
            {
                ["down_blocks", var level, ..] => (UnetStage.Down, int.Parse(level)),
                ["up_blocks", var position, ..] => (UnetStage.Up, config.Levels - 1 - int.Parse(position)),
                _ => (UnetStage.Middle, config.Levels - 1),
            };
            layer.PlaceAt(new AttentionSite(path, stage, depth, IsCross: path.EndsWith(".attn2", StringComparison.Ordinal)));
            attentionLayers.Add(layer);
        }
    }
}
