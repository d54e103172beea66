using System.Diagnostics;
using System.Diagnostics.Metrics;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs.Telemetry;

/// <summary>
/// Traces and metrics of jobs, for OpenTelemetry or any other listener of .NET's <see cref="ActivitySource"/> and <see cref="Meter"/>.
/// They tell names of jobs and phases, kinds of failures, numbers and times; never a path, a file name, a prompt or a message. Nothing is
/// sent unless a host listens and sends it. docs/logs.md lists all names.
/// </summary>
public static class JobTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "ConceptExpress";

    /// <summary>Keys of attributes.</summary>
    internal const string Job = "conceptexpress.job", Phase = "conceptexpress.phase", Loss = "conceptexpress.loss.name",
        Concepts = "conceptexpress.concepts", Steps = "conceptexpress.steps", Error = "error.type";

    // In seconds: from a step of the embedded checkpoint to a day. The usual limits are for milliseconds.
    static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400],
    };

    static readonly Meter Meter = new(Name, Product.Version);

    /// <summary>The spans of jobs and phases.</summary>
    internal static ActivitySource Source { get; } = new(Name, Product.Version);

    /// <summary>Number of jobs that run now.</summary>
    internal static UpDownCounter<long> ActiveJobs { get; } =
        Meter.CreateUpDownCounter<long>("conceptexpress.job.active", "{job}", "Jobs that run now.");

    /// <summary>Times of jobs, also of those that failed.</summary>
    internal static Histogram<double> JobDuration { get; } = InSeconds("conceptexpress.job.duration", "Time of a job.");

    /// <summary>Times of phases.</summary>
    internal static Histogram<double> PhaseDuration { get; } = InSeconds("conceptexpress.phase.duration", "Time of a phase of a job.");

    /// <summary>Times from one step to the next.</summary>
    internal static Histogram<double> StepDuration { get; } =
        InSeconds("conceptexpress.step.duration", "Time from the end of the step before, or the begin of the phase, to the end of a step.");

    /// <summary>Steps done.</summary>
    internal static Counter<long> StepsDone { get; } = Meter.CreateCounter<long>("conceptexpress.steps", "{step}", "Steps done.");

    /// <summary>Bytes of phases that count in millions of bytes.</summary>
    internal static Counter<long> Bytes { get; } =
        Meter.CreateCounter<long>("conceptexpress.io", "By", "Bytes downloaded or checked, in whole millions.");

    /// <summary>Losses of the last optimizer step.</summary>
    internal static Gauge<double> Losses { get; } =
        Meter.CreateGauge<double>("conceptexpress.loss", "1", "A loss of the last optimizer step.");

    /// <summary>Warnings given.</summary>
    internal static Counter<long> Warnings { get; } =
        Meter.CreateCounter<long>("conceptexpress.warnings", "{warning}", "Warnings given.");

    /// <summary>Times in which checkpoints were read, also of those that could not be read.</summary>
    internal static Histogram<double> LoadDuration { get; } =
        InSeconds("conceptexpress.model.load.duration", "Time in which a checkpoint was read from disk.");

    /// <summary>Times for which jobs waited for their checkpoint.</summary>
    internal static Histogram<double> WaitDuration { get; } =
        InSeconds("conceptexpress.model.wait.duration", "Time for which a job waited for earlier jobs with the same checkpoint.");

    /// <summary>The value of <see cref="Error"/> for a failure: the kind in lower case, such as <c>input</c>.</summary>
    internal static string ErrorOf(Exception failure) => Failure.KindOf(failure).ToString().ToLowerInvariant();

    static Histogram<double> InSeconds(string name, string description) => Meter.CreateHistogram(name, "s", description, null, Seconds);
}
