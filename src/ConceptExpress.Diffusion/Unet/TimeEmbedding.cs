using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Unet;

// Shapes: B batch, T width of the time embedding

/// <summary>Embeds timesteps: sinusoids, then a two-layer network.</summary>
sealed class TimeEmbedding : Module<Tensor, Tensor>
{
    const double MaxPeriod = 10000;

    readonly Linear linear_1, linear_2;
    readonly long width;
    readonly bool cosinesFirst;
    readonly double shift;

    public TimeEmbedding(UnetConfig config) : base(nameof(TimeEmbedding))
    {
        width = config.BlockOutChannels[0];
        (cosinesFirst, shift) = (config.FlipSinToCos, config.FrequencyShift);
        linear_1 = new Linear(width, Width(config));
        linear_2 = new Linear(Width(config), Width(config));
        RegisterComponents();
    }

    /// <summary>Returns T, the width of the embedding: four times the channels of the first level.</summary>
    public static long Width(UnetConfig config) => 4 * config.BlockOutChannels[0];

    /// <summary>Returns the embeddings (B,T) of timesteps (B), 0 to 999, computed in <paramref name="type"/>.</summary>
    public Tensor Of(Tensor timesteps, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return call(Sinusoids(timesteps).to(type)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(Tensor sinusoids) => linear_2.call(functional.silu(linear_1.call(sinusoids)));

    Tensor Sinusoids(Tensor timesteps)
    {
        var half = width / 2;
        var frequencies = (arange(half, dtype: float32, device: timesteps.device) * (-Math.Log(MaxPeriod) / (half - shift))).exp();
        var angles = timesteps.to(float32).unsqueeze(1) * frequencies.unsqueeze(0);
        return cosinesFirst ? cat([angles.cos(), angles.sin()], 1) : cat([angles.sin(), angles.cos()], 1);
    }
}
