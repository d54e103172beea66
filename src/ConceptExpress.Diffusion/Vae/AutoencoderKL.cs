using ConceptExpress.Diffusion.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = ConceptExpress.Diffusion.Layers.Conv2d;
using GroupNorm = ConceptExpress.Diffusion.Layers.GroupNorm;

namespace ConceptExpress.Diffusion.Vae;

// Shapes: B batch, H x W pixels, h x w latent grid

/// <summary>Converts pictures to latents and back ("High-Resolution Image Synthesis with Latent Diffusion Models").</summary>
sealed class AutoencoderKL : Module
{
    readonly Encoder encoder;
    readonly Decoder decoder;
    readonly Conv2d quant_conv, post_quant_conv;
    readonly double scalingFactor;
    readonly ScalarType type;

    public AutoencoderKL(VaeConfig config) : base(nameof(AutoencoderKL))
    {
        encoder = new Encoder(config);
        decoder = new Decoder(config);
        quant_conv = new Conv2d(2 * config.LatentChannels, 2 * config.LatentChannels, kernel: 1);
        post_quant_conv = new Conv2d(config.LatentChannels, config.LatentChannels, kernel: 1);
        scalingFactor = config.ScalingFactor;
        RegisterComponents();
        type = parameters().First().dtype;
    }

    /// <summary>Encodes pictures (B,3,H,W) in [-1,1] to the posterior over their latents (B,4,h,w).</summary>
    public Posterior Encode(Tensor picture)
    {
        using var scope = NewDisposeScope();
        // Interleaved colours would make all layers use channels-last memory. There libtorch's group norm sums plain squares: 1e-3 off on
        // photos.
        var planes = picture.to(type).contiguous();
        var moments = quant_conv.call(encoder.call(planes)).to(float32).chunk(2, dim: 1);
        return new Posterior(moments[0].MoveToOuterDisposeScope(), moments[1].clamp(-30, 20).MoveToOuterDisposeScope(), scalingFactor);
    }

    /// <summary>Decodes latents (B,4,h,w), scaled as for the UNet, to pictures (B,3,H,W) in about [-1,1], not clamped.</summary>
    public Tensor Decode(Tensor latent)
    {
        using var scope = NewDisposeScope();
        return decoder.call(post_quant_conv.call((latent / scalingFactor).to(type))).to(float32).MoveToOuterDisposeScope();
    }
}

/// <summary>Diagonal Gaussian over latents that are not scaled yet.</summary>
/// <param name="Mean">Means, (B,4,h,w).</param>
/// <param name="LogVariance">Logarithms of the variances, (B,4,h,w), clamped to [-30,20].</param>
/// <param name="ScalingFactor">Factor that scales samples to the range that the UNet was trained on.</param>
sealed record Posterior(Tensor Mean, Tensor LogVariance, double ScalingFactor) : IDisposable
{
    /// <summary>Returns the scaled sample (mean + std * noise) * scale for standard normal <paramref name="noise"/>, (B,4,h,w).</summary>
    public Tensor Sample(Tensor noise)
    {
        using var scope = NewDisposeScope();
        return ((Mean + (LogVariance * 0.5).exp() * noise) * ScalingFactor).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Mean.Dispose();
        LogVariance.Dispose();
    }
}

/// <summary>Encodes pictures (B,3,H,W) to mean and log variance of their latents, (B,8,h,w).</summary>
sealed class Encoder : Module<Tensor, Tensor>
{
    readonly Conv2d conv_in, conv_out;
    readonly ModuleList<EncoderBlock> down_blocks = [];
    readonly VaeMidBlock mid_block;
    readonly GroupNorm conv_norm_out;

    public Encoder(VaeConfig config) : base(nameof(Encoder))
    {
        conv_in = new Conv2d(config.InChannels, config.BlockOutChannels[0], kernel: 3, padding: 1);
        for (var level = 0; level < config.BlockOutChannels.Length; level++) down_blocks.Add(new EncoderBlock(config, level));
        mid_block = new VaeMidBlock(config);
        conv_norm_out = VaeBlock.Norm(config, config.BlockOutChannels[^1]);
        conv_out = new Conv2d(config.BlockOutChannels[^1], 2 * config.LatentChannels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = conv_in.call(x);
        foreach (var block in down_blocks) x = block.call(x);
        return conv_out.call(functional.silu(conv_norm_out.call(mid_block.call(x)))).MoveToOuterDisposeScope();
    }
}

/// <summary>Decodes latents (B,4,h,w), not scaled, to pictures (B,3,H,W).</summary>
sealed class Decoder : Module<Tensor, Tensor>
{
    readonly Conv2d conv_in, conv_out;
    readonly VaeMidBlock mid_block;
    readonly ModuleList<DecoderBlock> up_blocks = [];
    readonly GroupNorm conv_norm_out;

    public Decoder(VaeConfig config) : base(nameof(Decoder))
    {
        conv_in = new Conv2d(config.LatentChannels, config.BlockOutChannels[^1], kernel: 3, padding: 1);
        mid_block = new VaeMidBlock(config);
        for (var level = config.BlockOutChannels.Length - 1; level >= 0; level--) up_blocks.Add(new DecoderBlock(config, level));
        conv_norm_out = VaeBlock.Norm(config, config.BlockOutChannels[0]);
        conv_out = new Conv2d(config.BlockOutChannels[0], config.OutChannels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = mid_block.call(conv_in.call(x));
        foreach (var block in up_blocks) x = block.call(x);
        return conv_out.call(functional.silu(conv_norm_out.call(x))).MoveToOuterDisposeScope();
    }
}
