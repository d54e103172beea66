using System.Globalization;

namespace ConceptExpress.Cli.Progress;

/// <summary>Measures how fast a phase runs and how long it will take.</summary>
/// <param name="iterations">Number of steps of the phase.</param>
/// <param name="time">The clock.</param>
/// <param name="unit">Abbreviation of a step.</param>
sealed class Pace(int iterations, TimeProvider time, string unit = "it")
{
    readonly long began = time.GetTimestamp();

    /// <summary>Number of finished steps.</summary>
    public int Done { get; private set; }

    /// <summary>Counts one finished step.</summary>
    public void Advance() => Done++;

    /// <summary>The finished steps, the rate and the time left: <c>120/600, 12.3 it/s, 0:39 left</c>.</summary>
    public override string ToString()
    {
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        if (Done == 0 || seconds <= 0) return $"{Done}/{iterations}";
        var rate = Done / seconds;
        return $"{Done}/{iterations}, {Rate(rate)}, {Clock((iterations - Done) / rate)} left";
    }

    string Rate(double perSecond) => perSecond >= 0.1
        ? string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.0} {unit}/s")
        : string.Create(CultureInfo.InvariantCulture, $"{1 / perSecond:0.0} s/{unit}");

    static string Clock(double seconds)
    {
        var left = TimeSpan.FromSeconds(Math.Round(Math.Clamp(seconds, 0, 1e7)));
        return left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left:mm\\:ss}" : $"{left.Minutes}:{left:ss}";
    }
}
