namespace ConceptExpress.Diffusion.Schedules;

/// <summary>Selects the training timesteps that a sampler visits.</summary>
static class TimestepSpacing
{
    /// <summary>Returns the distance between neighbouring timesteps if they are spaced from 0.</summary>
    public static int Stride(NoiseSchedule schedule, int steps) => schedule.TrainTimesteps / Checked(steps, schedule.TrainTimesteps);

    /// <summary>
    /// Returns 0, stride, 2 stride, ... plus the schedule's offset, in descending order. The offset shrinks if it would leave the schedule.
    /// </summary>
    public static long[] FromZero(NoiseSchedule schedule, int steps)
    {
        var stride = Stride(schedule, steps);
        var offset = Math.Min(schedule.Config.StepsOffset, schedule.TrainTimesteps - 1 - (steps - 1) * stride);
        return [.. Enumerable.Range(0, steps).Reverse().Select(i => (long)i * stride + offset)];
    }

    /// <summary>Returns timesteps from the last one in even, rounded steps towards 0, which itself is not visited.</summary>
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
