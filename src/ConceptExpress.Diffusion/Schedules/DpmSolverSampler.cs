using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>
/// DPM-Solver++(2M) ("DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models"): second order by the midpoint rule,
/// from the last two predictions of the clean latent. Timesteps start at the schedule's last one. Sampling ends at the noise level of
/// timestep 0, as in the golden data.
/// </summary>
sealed class DpmSolverSampler(NoiseSchedule schedule) : ISampler
{
    const double MinAlphaBar = 1.0 / (1 << 24);

    internal const string SamplerName = "dpm++";

    /// <summary>If there are fewer steps than this, the last one is of first order, which is more stable.</summary>
    const int EnoughSteps = 15;

    public string Name => SamplerName;

    public int MaxSteps => schedule.TrainTimesteps - 1;

    public IReadOnlyList<long> Timesteps(int steps) => TimestepSpacing.FromLast(schedule, steps);

    public Tensor Sample(
        Tensor noise, int steps, Func<Tensor, long, Tensor> predict, Action<int, Tensor>? onStep = null, CancellationToken stop = default)
    {
        var timesteps = Timesteps(steps);
        var clean = new RecentTensors(2);
        return SamplingLoop.Run(noise, timesteps, predict, (x, output, i) =>
        {
            clean.Add(schedule.CleanOf(output, x, timesteps[i]));
            var isLast = i == timesteps.Count - 1;
            var to = isLast ? 0 : timesteps[i + 1];
            var target = i == 0 || isLast && steps < EnoughSteps ? clean[0] : Extrapolated(clean, timesteps[i - 1], timesteps[i], to);
            return Step(x, target, timesteps[i], to);
        }, onStep, stop);
    }

    // The clean latent half a step ahead, extrapolated linearly from the last two predictions.
    Tensor Extrapolated(RecentTensors clean, long before, long from, long to)
    {
        var ratio = (LogSignalToNoise(from) - LogSignalToNoise(before)) / (LogSignalToNoise(to) - LogSignalToNoise(from));
        return clean[0] + 0.5 / ratio * (clean[0] - clean[1]);
    }

    Tensor Step(Tensor x, Tensor target, long from, long to)
    {
        var (signal, noise) = Amplitudes(to);
        var h = LogSignalToNoise(to) - LogSignalToNoise(from);
        return noise / Amplitudes(from).Noise * x - signal * (Math.Exp(-h) - 1) * target;
    }

    // With zero terminal SNR the first timestep has no signal, and its logarithm no value: as published, a trace of 2^-24 is left.
    (double Signal, double Noise) Amplitudes(long timestep)
    {
        var alphaBar = Math.Max(schedule.AlphaBar(timestep), MinAlphaBar);
        return (Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));
    }

    double LogSignalToNoise(long timestep)
    {
        var (signal, noise) = Amplitudes(timestep);
        return Math.Log(signal / noise);
    }
}
