using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>What the UNet predicts.</summary>
public enum PredictionType
{
    /// <summary>The noise epsilon ("Denoising Diffusion Probabilistic Models").</summary>
    Noise,

    /// <summary>
    /// v = sqrt(alphaBar) epsilon - sqrt(1 - alphaBar) z0 ("Progressive Distillation for Fast Sampling of Diffusion Models").
    /// </summary>
    Velocity,
}

// Shapes: B batch, C channels, h x w latent grid

/// <summary>
/// The amount of noise in a latent at each timestep: z_t = sqrt(alphaBar_t) z0 + sqrt(1 - alphaBar_t) epsilon
/// ("Denoising Diffusion Probabilistic Models"). Immutable.
/// </summary>
sealed class NoiseSchedule
{
    /// <summary>The file that <see cref="Load"/> reads.</summary>
    public const string FileName = "scheduler_config.json";

    readonly float[] alphaBars;

    /// <summary>Computes the schedule of a configuration.</summary>
    /// <param name="config">A validated configuration.</param>
    public NoiseSchedule(ScheduleConfig config)
    {
        using var scope = NewDisposeScope();
        Config = config;
        Betas = Array.AsReadOnly(Variances(config).data<float>().ToArray());
        alphaBars = (1 - tensor([.. Betas])).cumprod(0).data<float>().ToArray();
        if (config.RescaleBetasToZeroSnr == true) alphaBars = ToZeroSnr(alphaBars);
        AlphaBars = Array.AsReadOnly(alphaBars);
    }

    /// <summary>The configuration that the schedule was computed from.</summary>
    public ScheduleConfig Config { get; }

    /// <summary>Number of timesteps in training. Timesteps are 0 to this number minus 1.</summary>
    public int TrainTimesteps => Config.TrainTimesteps;

    /// <summary>What the checkpoint's UNet predicts.</summary>
    public PredictionType PredictionType => Config.Prediction == ScheduleConfig.Velocity ? PredictionType.Velocity : PredictionType.Noise;

    /// <summary>Variance of the noise that each timestep adds, in (0,1).</summary>
    public IReadOnlyList<float> Betas { get; }

    /// <summary>
    /// Share of the signal's variance that is left at each timestep: descending, in (0,1); with zero terminal SNR the last is 0.
    /// </summary>
    public IReadOnlyList<float> AlphaBars { get; }

    /// <summary>Reads <c>scheduler_config.json</c> in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prediction">What the UNet predicts, in place of what the file says; null for that.</param>
    /// <exception cref="CheckpointException">The file is missing or malformed; the message names the file and the field.</exception>
    public static NoiseSchedule Load(string folder, PredictionType? prediction = null)
    {
        var file = Path.Combine(folder, FileName);
        var config = ConfigCheck.Read<ScheduleConfig>(file).Validated(file);
        return new NoiseSchedule(prediction is { } chosen ? config.With(chosen).Validated(file) : config);
    }

    /// <summary>
    /// Returns alphaBar at a timestep. Samplers end below 0: there it is 1 if <see cref="ScheduleConfig.EndsWithoutNoise"/>, else that of
    /// timestep 0.
    /// </summary>
    public double AlphaBar(long timestep) => timestep >= 0 ? alphaBars[timestep] : Config.EndsWithoutNoise ? 1 : alphaBars[0];

    /// <summary>Returns noisy latents z_t, (B,C,h,w).</summary>
    /// <param name="z0">(B,C,h,w) clean latents.</param>
    /// <param name="epsilon">(B,C,h,w) standard normal noise.</param>
    /// <param name="timesteps">(B) int64.</param>
    public Tensor AddNoise(Tensor z0, Tensor epsilon, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var (signal, noise) = Amplitudes(timesteps, z0);
        return (signal * z0 + noise * epsilon).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the target of a UNet that predicts <see cref="PredictionType.Velocity"/>. Shapes as in <see cref="AddNoise"/>.
    /// </summary>
    public Tensor Velocity(Tensor z0, Tensor epsilon, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var (signal, noise) = Amplitudes(timesteps, z0);
        return (signal * epsilon - noise * z0).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the UNet's target, noise or velocity, as the checkpoint was trained. Shapes as in <see cref="AddNoise"/>.</summary>
    public Tensor TargetOf(Tensor z0, Tensor epsilon, Tensor timesteps) =>
        PredictionType == PredictionType.Velocity ? Velocity(z0, epsilon, timesteps) : epsilon;

    /// <summary>Returns the noise in <paramref name="latent"/> according to the UNet's output; all (B,C,h,w).</summary>
    public Tensor NoiseOf(Tensor output, Tensor latent, long timestep)
    {
        using var scope = NewDisposeScope();
        if (PredictionType == PredictionType.Noise) return output.alias().MoveToOuterDisposeScope();
        var alphaBar = AlphaBar(timestep);
        return (Math.Sqrt(alphaBar) * output + Math.Sqrt(1 - alphaBar) * latent).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the clean latent of <paramref name="latent"/> according to the UNet's output; all (B,C,h,w).</summary>
    public Tensor CleanOf(Tensor output, Tensor latent, long timestep)
    {
        using var scope = NewDisposeScope();
        var alphaBar = AlphaBar(timestep);
        var (signal, noise) = (Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));
        var clean = PredictionType == PredictionType.Noise ? (latent - noise * output) / signal : signal * latent - noise * output;
        return clean.MoveToOuterDisposeScope();
    }

    // "Common Diffusion Noise Schedules and Sample Steps are Flawed", algorithm 1: shifted so that the last is 0, scaled so that the first
    // stays.
    static float[] ToZeroSnr(float[] alphaBars)
    {
        var (first, last) = (Math.Sqrt(alphaBars[0]), Math.Sqrt(alphaBars[^1]));
        return [.. alphaBars.Select(alphaBar => (float)Math.Pow((Math.Sqrt(alphaBar) - last) * first / (first - last), 2))];
    }

    // sqrt(alphaBar) and sqrt(1 - alphaBar), (B,1,1,1).
    (Tensor Signal, Tensor Noise) Amplitudes(Tensor timesteps, Tensor like)
    {
        var alphaBar = tensor(alphaBars, device: like.device).index_select(0, timesteps.to(like.device).flatten());
        var shape = Enumerable.Repeat(1L, (int)like.dim()).ToArray();
        shape[0] = -1;
        return (alphaBar.sqrt().to(like.dtype).view(shape), (1 - alphaBar).sqrt().to(like.dtype).view(shape));
    }

    // In single precision, as in training.
    static Tensor Variances(ScheduleConfig config)
    {
        if (config.TrainedBetas is { } trained) return tensor(trained);
        var (start, end, count) = (config.BetaStart, config.BetaEnd, config.TrainTimesteps);
        return config.BetaSchedule switch
        {
            "linear" => linspace(start, end, count, dtype: ScalarType.Float32),
            "scaled_linear" => linspace(Math.Sqrt(start), Math.Sqrt(end), count, dtype: ScalarType.Float32).square(),
            "squaredcos_cap_v2" => tensor(CosineVariances(count)),
            var other => throw new ArgumentException($"The beta schedule '{other}' is unknown.", nameof(config)),
        };
    }

    // alphaBar(t) = cos^2 ("Improved Denoising Diffusion Probabilistic Models"), with variances of at most 0.999.
    static float[] CosineVariances(int count)
    {
        const double shift = 0.008, cap = 0.999;
        double AlphaBar(double i) => Math.Pow(Math.Cos((i / count + shift) / (1 + shift) * Math.PI / 2), 2);
        return [.. Enumerable.Range(0, count).Select(i => (float)Math.Min(1 - AlphaBar(i + 1) / AlphaBar(i), cap))];
    }
}
