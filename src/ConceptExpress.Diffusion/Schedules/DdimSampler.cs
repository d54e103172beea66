using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>
/// DDIM without added noise ("Denoising Diffusion Implicit Models", eta = 0). Each step predicts the clean latent, then adds back the
/// predicted noise at the next, lower level.
/// </summary>
sealed class DdimSampler(NoiseSchedule schedule) : ISampler
{
    internal const string SamplerName = "ddim";

    public string Name => SamplerName;

    public int MaxSteps => schedule.TrainTimesteps;

    public IReadOnlyList<long> Timesteps(int steps) => TimestepSpacing.FromZero(schedule, steps);

    public Tensor Sample(
        Tensor noise, int steps, Func<Tensor, long, Tensor> predict, Action<int, Tensor>? onStep = null, CancellationToken stop = default)
    {
        var timesteps = Timesteps(steps);
        var stride = TimestepSpacing.Stride(schedule, steps);
        return SamplingLoop.Run(
            noise, timesteps, predict, (x, output, i) => Step(x, output, timesteps[i], timesteps[i] - stride), onStep, stop);
    }

    Tensor Step(Tensor x, Tensor output, long from, long to)
    {
        var alphaBar = schedule.AlphaBar(to);
        var (clean, epsilon) = (schedule.CleanOf(output, x, from), schedule.NoiseOf(output, x, from));
        return Math.Sqrt(alphaBar) * clean + Math.Sqrt(1 - alphaBar) * epsilon;
    }
}
