using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>
/// Pseudo linear multistep method ("Pseudo Numerical Methods for Diffusion Models on Manifolds") without Runge-Kutta steps at the start.
/// Instead the second timestep is evaluated twice, so from two steps on there is one evaluation more than steps.
/// </summary>
sealed class PndmSampler(NoiseSchedule schedule) : ISampler
{
    internal const string SamplerName = "pndm";

    // Adams-Bashforth weights of the newest output, the one before it, ...
    static readonly double[][] Weights =
        [[1], [3 / 2.0, -1 / 2.0], [23 / 12.0, -16 / 12.0, 5 / 12.0], [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0]];

    public string Name => SamplerName;

    public int MaxSteps => schedule.TrainTimesteps;

    public IReadOnlyList<long> Timesteps(int steps)
    {
        var timesteps = TimestepSpacing.FromZero(schedule, steps);
        return steps == 1 ? timesteps : [timesteps[0], timesteps[1], .. timesteps[1..]];
    }

    public Tensor Sample(
        Tensor noise, int steps, Func<Tensor, long, Tensor> predict, Action<int, Tensor>? onStep = null, CancellationToken stop = default)
    {
        var timesteps = Timesteps(steps);
        var stride = TimestepSpacing.Stride(schedule, steps);
        var outputs = new RecentTensors(Weights.Length);
        return SamplingLoop.Run(noise, timesteps, predict, (x, output, i) =>
        {
            // The second evaluation repeats the first step from its start, with the mean of both outputs.
            if (i == 1) return Step(noise, (output + outputs[0]) / 2, timesteps[1] + stride, timesteps[1]);
            outputs.Add(output);
            return Step(x, Extrapolated(outputs), timesteps[i], timesteps[i] - stride);
        }, onStep, stop);
    }

    static Tensor Extrapolated(RecentTensors outputs)
    {
        var weights = Weights[outputs.Count - 1];
        var sum = weights[0] * outputs[0];
        for (var age = 1; age < weights.Length; age++) sum += weights[age] * outputs[age];
        return sum;
    }

    // The paper's transfer function, in a form in which equal noise at both ends leaves the latent unchanged.
    Tensor Step(Tensor x, Tensor output, long from, long to)
    {
        var (a, b) = (schedule.AlphaBar(from), schedule.AlphaBar(to));
        var epsilon = schedule.NoiseOf(output, x, from);
        var slope = (b - a) / (a * Math.Sqrt(1 - b) + Math.Sqrt(a * (1 - a) * b));
        return Math.Sqrt(b / a) * x - slope * epsilon;
    }
}
