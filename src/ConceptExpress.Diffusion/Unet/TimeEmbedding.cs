using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Unet;

/// <summary>Sinusoids of the timestep through a two-layer network.</summary>
public sealed class TimeEmbedding : Module<Tensor, Tensor>
{
    const double LongestPeriod = 10000;

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

    /// <summary>Width of the embedding: four times the first level's channels.</summary>
    public static long Width(UnetConfig config) => 4 * config.BlockOutChannels[0];

    /// <summary>Timesteps (B), 0 to 999, and the type to compute in, to (B,T).</summary>
    public Tensor Of(Tensor timesteps, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return call(Sinusoids(timesteps).to(type)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(Tensor sinusoids) => linear_2.call(functional.silu(linear_1.call(sinusoids)));

    Tensor Sinusoids(Tensor timesteps)
    {
        var half = width / 2;
        var frequencies = (arange(half, dtype: float32, device: timesteps.device) * (-Math.Log(LongestPeriod) / (half - shift))).exp();
        var angles = timesteps.to(float32).unsqueeze(1) * frequencies.unsqueeze(0);
        return cosinesFirst ? cat([angles.cos(), angles.sin()], 1) : cat([angles.sin(), angles.cos()], 1);
    }
}
