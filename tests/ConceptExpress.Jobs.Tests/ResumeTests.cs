using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Tensors;

namespace ConceptExpress.Jobs.Tests;

/// <summary>An extraction that was stopped goes on with the same result, and what it had learned can be used meanwhile.</summary>
public sealed class ResumeTests : IDisposable
{
    const int Passes = 4, Merge = 2;

    static readonly string[] DifferFromRunToRun =
        [ResultNames.Run, ResultNames.Metrics, ResultNames.Chart, ResultNames.Events, ResultNames.Report];

    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    ExtractionRequest Request(string output, bool search = false) => new()
    {
        Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"),
        Output = temp[output],
        SaveMinutes = 0,
        Previews = new PreviewSettings { Sampling = new SamplingSettings { Steps = 3 } },
        Settings = ExtractionSettings.Paper with
        {
            Resolution = 64,
            Locating = ExtractionSettings.Express.Locating with { MaxConcepts = 2 },
            Learning = new LearningSettings
            {
                Passes = Passes,
                MergePass = Merge,
                SplitTokens = 2,
                Start = search
                ? Brief
                : new LateWords()
            },
        },
        Compute = new ComputeSettings { Threads = 1 },
    };

    // A search that tries next to nothing.
    static BestWords Brief => new()
    {
        Search = new WordSearchSettings
        {
            Small = new SearchBudget
            {
                MaxAsked = 0,
                Words = 3,
                Samples = 1,
                AtOnce = 3,
                Sums = [2],
                Rounds = [new SearchRound { Samples = 1, Kept = 1 }]
            }
        },
    };

    ConceptsResult Whole(string output, Func<ExtractionRequest, ExtractionRequest>? change = null) =>
        (change?.Invoke(Request(output)) ?? Request(output)).Work(new JobContext(pool));

    /// <summary>Works until an event for which <paramref name="isNow"/> holds, and is cancelled there.</summary>
    ResumableException Stopped(ExtractionRequest request, Func<ProgressEvent, bool> isNow)
    {
        using var stop = new CancellationTokenSource();
        var listener = new Listener(value =>
        {
            if (isNow(value)) stop.Cancel();
        });
        return Assert.Throws<ResumableException>(() => request.Work(new JobContext(pool, listener, stop.Token)));
    }

    void AssertSame(string whole, string resumed)
    {
        string[] Files(string folder) =>
            [.. Directory.GetFiles(temp[folder], "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(temp[folder], file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        Assert.Equal(Files(whole), Files(resumed));
        foreach (var file in Files(whole).Except(DifferFromRunToRun))
            Assert.True(File.ReadAllBytes(temp[$"{whole}/{file}"]).AsSpan().SequenceEqual(File.ReadAllBytes(temp[$"{resumed}/{file}"])),
                $"{file} differs");
        // The steps, too, but for the column of seconds.
        string[] Steps(string folder) =>
            [.. File.ReadAllLines(temp[$"{folder}/{ResultNames.Metrics}"]).Select(line => line[..line.LastIndexOf(',')])];
        Assert.Equal(Steps(whole), Steps(resumed));
        // And what TensorBoard is given, without gaps or doubles.
        Dictionary<string, List<(long, float)>> Scalars(string folder) =>
            EventRecords.Scalars(EventRecords.Read(temp[$"{folder}/{ResultNames.Events}"]));
        Assert.Equal(Scalars(whole), Scalars(resumed));
    }

    [Fact]
    public void WhileItLearns_TheStepsCanBeWatched_AndGoOnAfterAResume()
    {
        var board = temp[$"out/{StateFolder.Name}/{ResultNames.Board}"];
        Stopped(Request("out") with { SampleEvery = 1 }, value => value is OptimizerStepDone { Pass: 3 });
        var first = EventRecords.Read(Assert.Single(Directory.GetFiles(board)));
        List<(long Step, float)> total = [];
        var watching = new Listener(value =>
        {
            if (value is not PhaseBegan { Phase: "draw previews" }) return;
            // As TensorBoard joins files: what begins anew replaces what was there from this step on.
            foreach (var record in Directory.GetFiles(board).Order(StringComparer.Ordinal).SelectMany(EventRecords.Read))
            {
                if (record.Session is not null) total.RemoveAll(point => point.Step >= record.Step);
                total.AddRange(record.Values.Where(value => value.Tag == "loss/total").Select(value => (record.Step, value.Scalar!.Value)));
            }
        });
        var result = (Request("out") with { SampleEvery = 1, Resume = true }).Work(new JobContext(pool, watching));
        var whole = EventRecords.Read(temp[$"out/{ResultNames.Events}"]);
        Assert.Equal(EventRecords.Scalars(whole)["loss/total"], total);
        Assert.Equal(total.Select((_, i) => (long)i), total.Select(point => point.Step));
        // The lengths of the words after every pass, and the samples of three passes before the stop.
        var lengths = EventRecords.Scalars(whole).Where(scalar => scalar.Key.StartsWith("vector_length/", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(result.Manifest.Concepts.Count, lengths.Count);
        Assert.All(lengths, length => Assert.Equal(Passes, length.Value.Count));
        Assert.Equal(3, first.Count(record => record.Values.Any(value => value.Tag == ResultNames.Samples)));
        Assert.Equal(Passes, whole.Count(record => record.Values.Any(value => value.Tag == ResultNames.Samples)));
    }

    public static TheoryData<string, Func<ProgressEvent, bool>> Moments => new()
    {
        { "search", value => value is StartFound { Concept: 0 } },
        { "first phase", value => value is OptimizerStepDone { Pass: 1 } },
        { "merge", value => value is PassDone { State: MergedState { Pass: Merge } } },
        { "second phase", value => value is OptimizerStepDone { Pass: 3 } },
        { "end of learning", value => value is PassDone { State.Pass: Passes } },
        { "previews", value => value is PhaseBegan { Phase: "draw previews" } },
    };

    [Theory, MemberData(nameof(Moments), DisableDiscoveryEnumeration = true)]
    public void StoppedAnywhere_AndResumed_EndsWithTheSameBytes(string moment, Func<ProgressEvent, bool> isNow)
    {
        Request("whole", search: true).Work(new JobContext(pool));
        Stopped(Request("broken", search: true), isNow);
        Assert.True(new StateFolder(temp["broken"]).Exists, moment);
        (Request("broken", search: true) with { Resume = true }).Work(new JobContext(pool));
        AssertSame("whole", "broken");
    }

    [Fact]
    public void StoppedAgainAndAgain_EndsWithTheSameBytes()
    {
        Whole("whole");
        Stopped(Request("broken"), value => value is OptimizerStepDone { Pass: 1 });
        Stopped(Request("broken") with { Resume = true }, value => value is OptimizerStepDone { Pass: 2 });
        Stopped(Request("broken") with { Resume = true }, value => value is Advanced { } and not OptimizerStepDone);
        (Request("broken") with { Resume = true }).Work(new JobContext(pool));
        AssertSame("whole", "broken");
    }

    [Fact]
    public void WhatWasLearned_IsKept_MarkedAsUnfinished_AndCanBeDrawnWith()
    {
        var stopped = Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 3 });
        Assert.Contains("after pass 3", stopped.Message);
        var folder = ConceptFolder.Open(temp["out"]);
        Assert.Equal(new UnfinishedRecord(3, Passes), folder.Manifest.Unfinished);
        Assert.NotEmpty(folder.Words);
        // no pass that was not finished
        Assert.Equal(3, File.ReadLines(temp["out/metrics.csv"]).Skip(1).Select(line => line.Split(',')[1]).Distinct().Count());
        var drawn = new GenerationRequest
        {
            Concepts = [temp["out"]],
            Settings = new GenerationSettings
            {
                Prompt = "a photo of <asset0>",
                Sampling = new SamplingSettings { Steps = 2 },
                Width = 64,
                Height = 64
            },
            Output = temp["drawn"],
            Compute = new ComputeSettings { Threads = 1 },
        }.Work(new JobContext(pool));
        Assert.Contains(drawn.Warnings, warning => warning.Contains("3 of 4 passes", StringComparison.Ordinal));
    }

    [Fact]
    public void AfterItsTime_AnExtractionStops_AndThatIsNoFailure()
    {
        var clock = new ManualClock();
        var listener = new Listener(value =>
        {
            if (value is PassDone { State.Pass: 3 }) clock.Ring();
        });
        var result = (Request("out") with { StopAfterMinutes = 45 }).Work(new JobContext(pool, listener, clock: clock));
        Assert.Equal(TimeSpan.FromMinutes(45), clock.Due);
        Assert.Equal(new UnfinishedRecord(3, Passes), result.Manifest.Unfinished);
        Assert.True(new StateFolder(temp["out"]).Exists);
    }

    [Fact]
    public void Samples_AreDrawnOnTheWay_AndMoveNothing()
    {
        Whole("without");
        var result = Whole("with", request => request with { SampleEvery = 2 });
        Assert.Equal(["samples/pass-00002.png", "samples/pass-00004.png"], result.Manifest.Samples);
        Assert.All(result.Manifest.Samples, sample => Assert.True(File.Exists(temp[$"with/{sample}"])));
        foreach (var concept in result.Manifest.Concepts)
            Assert.Equal(ConceptFolder.Open(temp["without"]).Words.Single(word => word.Token == concept.Token).Vectors,
                ConceptFolder.Open(temp["with"]).Words.Single(word => word.Token == concept.Token).Vectors);
        Stopped(Request("broken") with { SampleEvery = 2 }, value => value is OptimizerStepDone { Pass: 3 });
        (Request("broken") with { SampleEvery = 2, Resume = true }).Work(new JobContext(pool));
        AssertSame("with", "broken");
    }

    [Fact]
    public void OtherSettings_AnotherPicture_AndOtherMasks_AreRefusedByName()
    {
        Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 1 });
        string Refused(Func<ExtractionRequest, ExtractionRequest> change) =>
            Assert.Throws<SettingsException>(() => change(Request("out") with { Resume = true }).Work(new JobContext(pool))).Message;
        Assert.Contains("seed 20, not 21", Refused(request => request with { Settings = request.Settings with { Seed = 21 } }));
        Assert.Contains("another picture",
            Refused(request => request with { Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-02.png") }));
        Assert.Contains("other masks", Refused(request => request with { Masks = temp["out/masks"] } with { Masks = CopiedMasks() }));
        Assert.Contains("another precision",
            Refused(request => request with { Compute = request.Compute with { Precision = ComputePrecision.Bf16 } }));
        (Request("out") with { Resume = true }).Work(new JobContext(pool));
    }

    string CopiedMasks()
    {
        Directory.CreateDirectory(temp["masks"]);
        foreach (var mask in Directory.GetFiles(temp["out/masks"]))
            File.Copy(mask, temp[$"masks/{Path.GetFileName(mask)}"], overwrite: true);
        return temp["masks"];
    }

    [Fact]
    public void WhereNothingIsUnfinished_NothingIsResumed() =>
        Assert.Contains("holds no unfinished extraction",
            Assert.Throws<SettingsException>(() => (Request("absent") with { Resume = true }).Work(new JobContext(pool))).Message);

    [Fact]
    public void AnUnfinishedExtraction_IsNotBegunAnewByMistake()
    {
        Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 1 });
        Assert.True(Assert.Throws<OutputOccupiedException>(() => Whole("out")) is { Replaceable: true, Resumable: true });
        Whole("out", request => request with { Replace = true });
        Whole("whole");
        AssertSame("whole", "out");
    }

    [Fact]
    public void WhereNothingIsFoundAnew_TheUnfinishedExtractionIsForgotten()
    {
        Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 1 });
        var request = Request("out");
        var nothing = request with
        {
            Replace = true,
            Settings = request.Settings with { Locating = request.Settings.Locating with { MinProminence = 1000 } }
        };
        Assert.Empty(nothing.Work(new JobContext(pool)).Manifest.Concepts);
        Assert.False(new StateFolder(temp["out"]).Exists);
    }

    [Fact]
    public void WhileOneRunWorks_AnotherIsKeptOut()
    {
        Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 1 });
        using (new StateFolder(temp["out"]).Lock())
            Assert.Contains("another run",
                Assert.Throws<OutputOccupiedException>(() => (Request("out") with { Resume = true }).Work(new JobContext(pool))).Message);
        (Request("out") with { Resume = true }).Work(new JobContext(pool));
    }

    [Fact]
    public void WhatAKilledWriterLeftBehind_IsSweptAway()
    {
        Stopped(Request("out"), value => value is OptimizerStepDone { Pass: 3 });
        Directory.CreateDirectory(temp["out/.conceptexpress-0123/new"]);
        File.WriteAllText(temp["out/.conceptexpress-0123/new/overlay.png"], "half");
        (Request("out") with { Resume = true }).Work(new JobContext(pool));
        Whole("whole");
        AssertSame("whole", "out");
    }

    [Fact]
    public void ALearningThatDiverges_KeepsTheLastGoodWords()
    {
        // Beyond what a float holds after some steps, but not at once.
        var request = Request("out");
        request = request with
        {
            Settings = request.Settings with
            {
                Learning = request.Settings.Learning with
                {
                    MergePass = 0,
                    Passes = 50,
                    Optimizer = new OptimizerSettings { LearningRate = 1000, WeightDecay = 1, Beta1 = 0 }
                },
            },
        };
        var diverged = Assert.Throws<LearningDivergedException>(() => request.Work(new JobContext(pool)));
        Assert.Contains("learning.optimizer.learningRate", diverged.Message);
        Assert.Contains("the words as they were after pass", diverged.Message);
        var words = ConceptFolder.Open(temp["out"]).Words;
        Assert.All(words.SelectMany(word => word.Vectors).SelectMany(vector => vector), value => Assert.True(float.IsFinite(value)));
        Assert.NotNull(ConceptFolder.ReadManifest(temp["out"]).Unfinished);
    }

    [Fact]
    public void SeveralVectors_AreWritten_ReadBack_AndDrawn()
    {
        var result = Whole("four",
            request => request with { Settings = request.Settings with { Learning = request.Settings.Learning with { Vectors = 4 } } });
        Assert.All(ConceptFolder.Open(temp["four"]).Words, word => Assert.Equal(4, word.Vectors.Count));
        Assert.All(result.Manifest.Concepts, concept => Assert.Single(concept.Previews));
        var drawn = new GenerationRequest
        {
            Concepts = [temp["four"]],
            Settings = new GenerationSettings
            {
                Prompt = "a photo of <asset0>",
                Sampling = new SamplingSettings { Steps = 2 },
                Width = 64,
                Height = 64
            },
            Output = temp["drawn"],
            Compute = new ComputeSettings { Threads = 1 },
        }.Work(new JobContext(pool));
        Assert.Empty(drawn.Warnings);
    }

    /// <summary>A clock whose one timer rings when the test says so.</summary>
    sealed class ManualClock : TimeProvider
    {
        Action? ring;

        public TimeSpan Due { get; private set; }

        public void Ring() => ring!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (ring, Due) = (() => callback(state), dueTime);
            return new Timer();
        }

        sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }
}
