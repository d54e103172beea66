namespace ConceptExpress.Diffusion.Schedules;

/// <summary>Which of the training timesteps a sampler visits.</summary>
internal static class TimestepSpacing
{
    /// <summary>Distance of neighbouring timesteps that are spaced from 0.</summary>
    public static int Stride(NoiseSchedule schedule, int steps) => schedule.TrainTimesteps / Checked(steps, schedule.TrainTimesteps);

    /// <summary>0, stride, 2 stride, ... plus the schedule's offset (less where that would leave the schedule), falling.</summary>
    public static long[] FromZero(NoiseSchedule schedule, int steps)
    {
        var stride = Stride(schedule, steps);
        var offset = Math.Min(schedule.Config.StepsOffset, schedule.TrainTimesteps - 1 - (steps - 1) * stride);
        return [.. Enumerable.Range(0, steps).Reverse().Select(i => (long)i * stride + offset)];
    }

    /// <summary>From the last timestep in even, rounded steps towards 0, which is not visited.</summary>
    public static long[] FromLast(NoiseSchedule schedule, int steps)
    {
        var last = schedule.TrainTimesteps - 1;
        var stride = (double)last / Checked(steps, last);
        long At(int i) => i == steps ? last : (long)Math.Round(i * stride, MidpointRounding.ToEven);
        return [.. Enumerable.Range(1, steps).Reverse().Select(At)];
    }

    static int Checked(int steps, int most) => steps >= 1 && steps <= most
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, $"The number of steps must be from 1 to {most}.");
}
