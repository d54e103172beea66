using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;

namespace ConceptExpress.Jobs.Telemetry;

/// <summary>
/// Turns the events of one job into spans and metrics (<see cref="JobTelemetry"/>): a span for the job, and one below it for each phase.
/// The job's context hands it every event, one at a time.
/// </summary>
sealed class JobObserver
{
    const string Megabyte = "MB";
    const long BytesOfStep = 1_000_000;

    readonly KeyValuePair<string, object?> job;
    readonly Activity? span;
    Phase? phase;

    JobObserver(string job, Activity? span) => (this.job, this.span) = (new(JobTelemetry.Job, job), span);

    /// <summary>Runs a job and observes it.</summary>
    /// <param name="job">The name of the job, such as <c>extract</c>.</param>
    /// <param name="context">Its context. Its events are observed during the call.</param>
    /// <param name="work">The job.</param>
    /// <returns>The result of the job. Its exceptions pass through.</returns>
    public static T Run<T>(string job, JobContext context, Func<T> work)
    {
        using var span = JobTelemetry.Source.StartActivity(job);
        var (observer, began) = (new JobObserver(job, span), Stopwatch.GetTimestamp());
        span?.SetTag(JobTelemetry.Job, job);
        JobTelemetry.ActiveJobs.Add(1, observer.job);
        context.Observer = observer;
        Exception? failure = null;
        try
        {
            return work();
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            context.Observer = null;
            observer.EndPhase(failure);
            JobTelemetry.ActiveJobs.Add(-1, observer.job);
            JobTelemetry.JobDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tags([observer.job], failure));
            Mark(span, failure);
        }
    }

    /// <summary>Takes an event.</summary>
    public void Report(ProgressEvent value)
    {
        switch (value)
        {
            case PhaseBegan began:
                EndPhase(null);
                phase = new Phase(began);
                break;
            case Advanced advanced:
                phase?.Advance(job);
                if (advanced is OptimizerStepDone step && JobTelemetry.Losses.Enabled)
                    foreach (var loss in step.Losses.All)
                        JobTelemetry.Losses.Record(loss.Value, job, new(JobTelemetry.Loss, loss.Key));
                break;
            case ConceptsLocated located: span?.SetTag(JobTelemetry.Concepts, located.Concepts.Count); break;
            case Warned: JobTelemetry.Warnings.Add(1, job); break;
        }
    }

    void EndPhase(Exception? failure)
    {
        phase?.End(job, span, failure);
        phase = null;
    }

    static TagList Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags, Exception? failure)
    {
        var list = new TagList(tags);
        if (failure is not null) list.Add(JobTelemetry.Error, JobTelemetry.ErrorOf(failure));
        return list;
    }

    // The status has no description, because messages hold paths. A cancellation is no error.
    static void Mark(Activity? span, Exception? failure)
    {
        if (span is null || failure is null) return;
        span.SetTag(JobTelemetry.Error, JobTelemetry.ErrorOf(failure));
        if (Failure.KindOf(failure) != FailureKind.Cancelled) span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>A phase that runs. Its span is made at its end, because phases begin and end on different threads.</summary>
    sealed class Phase(PhaseBegan began)
    {
        readonly KeyValuePair<string, object?> name = new(JobTelemetry.Phase, began.Phase);
        readonly bool inBytes = began.Unit == Megabyte;
        readonly DateTimeOffset time = DateTimeOffset.UtcNow;
        readonly long begin = Stopwatch.GetTimestamp();
        long last = Stopwatch.GetTimestamp();
        long steps;

        public void Advance(KeyValuePair<string, object?> job)
        {
            var (now, before) = (Stopwatch.GetTimestamp(), last);
            (last, steps) = (now, steps + 1);
            if (inBytes)
            {
                JobTelemetry.Bytes.Add(BytesOfStep, job, name);
                return;
            }
            JobTelemetry.StepsDone.Add(1, job, name);
            JobTelemetry.StepDuration.Record(Stopwatch.GetElapsedTime(before, now).TotalSeconds, job, name);
        }

        public void End(KeyValuePair<string, object?> job, Activity? parent, Exception? failure)
        {
            var lasted = Stopwatch.GetElapsedTime(begin);
            JobTelemetry.PhaseDuration.Record(lasted.TotalSeconds, Tags([job, name], failure));
            if (parent is null) return;
            using var span = JobTelemetry.Source.StartActivity(ActivityKind.Internal, parent.Context, [job, name], null, time, began.Phase);
            if (steps > 0 && !inBytes) span?.SetTag(JobTelemetry.Steps, steps);
            Mark(span, failure);
            span?.SetEndTime((time + lasted).UtcDateTime);
        }
    }
}
