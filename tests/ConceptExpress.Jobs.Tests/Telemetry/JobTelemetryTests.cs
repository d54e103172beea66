using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Jobs.Telemetry;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests.Telemetry;

/// <summary>What a listener of spans and metrics is told of a job.</summary>
public sealed partial class JobTelemetryTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    ExtractionRequest Request => new()
    {
        Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"),
        Output = temp["out"],
        Previews = new PreviewSettings { Sampling = new SamplingSettings { Steps = 3 } },
        Settings = ExtractionSettings.Paper with
        {
            Resolution = 64,
            Locating = ExtractionSettings.Express.Locating with { MaxConcepts = 2 },
            Learning = new LearningSettings { Passes = 2, MergePass = 1, SplitTokens = 2, Start = new LateWords() },
        },
        Compute = new ComputeSettings { Threads = 1 },
    };

    static readonly string[] PhasesInOrder =
        [ModelPool.LoadPhase, Phases.Locate, Phases.LearnSplitTokens, Phases.LearnMergedTokens, "read attention", "name concepts",
            "draw previews"];

    [Fact]
    public void Spans_AreTheJob_AndItsPhases_BelowTheHostsOwn()
    {
        using var heard = new Heard();
        using var host = new Activity("host").Start();
        Request.Work(new JobContext(pool));
        Assert.Same(host, Activity.Current);
        host.Stop();
        var job = Assert.Single(heard.Spans, span => span.ParentSpanId == host.SpanId);
        Assert.Equal(("extract", "extract"), (job.DisplayName, job.GetTagItem("conceptexpress.job")));
        Assert.Equal(ConceptFolder.ReadManifest(temp["out"]).Concepts.Count, job.GetTagItem("conceptexpress.concepts"));
        var phases = heard.Spans.Where(span => span.ParentSpanId == job.SpanId).ToList();
        Assert.Equal(PhasesInOrder, phases.Select(span => span.DisplayName));
        Assert.Equal(1 + phases.Count, heard.Spans.Count);
        // One after the other, within the job.
        var times = phases.SelectMany(span => new[] { span.StartTimeUtc, span.StartTimeUtc + span.Duration }).ToList();
        var slack = TimeSpan.FromMilliseconds(20); // two clocks: of the day and of the processor
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First <= pair.Second + slack, $"{pair}"));
        Assert.InRange(times[0], job.StartTimeUtc - slack, times[0]);
        Assert.InRange(times[^1], times[0], job.StartTimeUtc + job.Duration + slack);
    }

    [Fact]
    public void Metrics_CountEveryStep_AndTellTheLosses()
    {
        using var heard = new Heard();
        var listener = new Listener();
        Request.Work(new JobContext(pool, listener));
        (Request with { Replace = true }).Work(new JobContext(pool, listener));
        var perPhase = heard.Of("conceptexpress.steps").GroupBy(value => (string)value.Tags["conceptexpress.phase"]!)
            .ToDictionary(phase => phase.Key, phase => (int)phase.Sum(value => value.Value));
        foreach (var phase in listener.Events.OfType<PhaseBegan>().Where(phase => phase.Steps > 0).DistinctBy(phase => phase.Phase))
            Assert.Equal(2 * phase.Steps, perPhase[phase.Phase]);
        Assert.Equal(heard.Of("conceptexpress.steps").Count, heard.Of("conceptexpress.step.duration").Count);
        Assert.All(heard.Of("conceptexpress.step.duration"), value => Assert.InRange(value.Value, 0, 600));
        var last = listener.Events.OfType<OptimizerStepDone>().Last().Losses.All.ToDictionary();
        foreach (var (name, loss) in last)
            Assert.Equal(loss,
                heard.Of("conceptexpress.loss").Last(value => (string)value.Tags["conceptexpress.loss.name"]! == name).Value);
        Assert.Single(heard.Of("conceptexpress.model.load.duration")); // the second job finds the checkpoint in memory
        Assert.Equal(2, heard.Of("conceptexpress.model.wait.duration").Count);
        Assert.Equal([1, -1, 1, -1], heard.Of("conceptexpress.job.active").Select(value => value.Value));
        Assert.Equal(PhasesInOrder.Concat(PhasesInOrder),
            heard.Of("conceptexpress.phase.duration").Select(value => value.Tags["conceptexpress.phase"]));
    }

    [Fact]
    public void AFailure_TellsItsKind_AndNoMoreOfIt()
    {
        using var heard = new Heard();
        Assert.Throws<Imaging.ImageException>(() => (Request with { Picture = temp["secret.png"] }).Work(new JobContext(pool)));
        var span = Assert.Single(heard.Spans);
        Assert.Equal((ActivityStatusCode.Error, null, "input"), (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
        Assert.Empty(span.Events);
        Assert.Equal("input", Assert.Single(heard.Of("conceptexpress.job.duration")).Tags["error.type"]);
    }

    [Fact]
    public void ACancellation_IsNoError_ButNamed()
    {
        using var heard = new Heard();
        using var stop = new CancellationTokenSource();
        var listener = new Listener(value =>
        {
            if (value is OptimizerStepDone) stop.Cancel();
        });
        Assert.Throws<ResumableException>(() => Request.Work(new JobContext(pool, listener, stop.Token)));
        Assert.Equal(["cancelled", "cancelled"],
            heard.Spans.Where(span => span.DisplayName is "extract" or Phases.LearnSplitTokens)
                .Select(span => span.GetTagItem("error.type")));
        Assert.All(heard.Spans, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
    }

    [Fact]
    public void Nothing_TellsAPath_AName_OrAPrompt()
    {
        using var heard = new Heard();
        Request.Work(new JobContext(pool));
        var texts = heard.Spans.SelectMany(span => span.TagObjects).Select(tag => tag.Value)
            .Concat(heard.Values.SelectMany(value => value.Tags.Values)).OfType<string>().Distinct().ToList();
        Assert.Superset(PhasesInOrder.ToHashSet(), texts.ToHashSet());
        Assert.Empty(texts.Except([.. PhasesInOrder, "extract", "denoising", "alignment", "contrast", "total"]));
    }

    /// <summary>A new kind of request must not be forgotten.</summary>
    [Fact]
    public void EveryRequest_IsObserved()
    {
        var works = Directory.EnumerateFiles(Path.Combine(TestFolders.Repository, "src/ConceptExpress.Jobs"), "*.cs",
            SearchOption.AllDirectories).SelectMany(file => Work().Matches(File.ReadAllText(file)).Select(match => match.Value)).ToList();
        Assert.Equal(JobRequestTests.Requests.Select(request => request.Data.GetType()).Distinct().Count(), works.Count);
        Assert.All(works, work => Assert.EndsWith("=> Observed(context, Perform);", work, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"public override \w+ Work\(JobContext context\).*")]
    private static partial Regex Work();

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }

    /// <summary>Listens to all spans and metrics of jobs. Their number is fixed when it is made: one listener at a time.</summary>
    sealed class Heard : IDisposable
    {
        readonly ActivityListener activities;
        readonly MeterListener meters = new();
        readonly List<Measured> values = [];
        readonly List<Activity> spans = [];

        public Heard()
        {
            activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name == JobTelemetry.Name,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = spans.Add,
            };
            ActivitySource.AddActivityListener(activities);
            meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == JobTelemetry.Name) listener.EnableMeasurementEvents(instrument);
            };
            meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            meters.Start();
        }

        public IReadOnlyList<Activity> Spans => spans;

        public IReadOnlyList<Measured> Values => values;

        public IReadOnlyList<Measured> Of(string name) => [.. values.Where(value => value.Name == name)];

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            values.Add(new Measured(instrument.Name, value, tags.ToArray().ToDictionary()));

        public void Dispose()
        {
            activities.Dispose();
            meters.Dispose();
        }
    }

    sealed record Measured(string Name, double Value, Dictionary<string, object?> Tags);
}
