using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests.Estimates;

public sealed class EstimateTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }

    ExtractionRequest Request(string output) => new()
    {
        Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"),
        Output = temp[output],
        Previews = new PreviewSettings { Sampling = new SamplingSettings { Steps = 3 } },
        Settings = ExtractionSettings.Express with
        {
            Resolution = 64,
            Locating = ExtractionSettings.Express.Locating with { MaxConcepts = 2 },
            Learning = new LearningSettings { Passes = 3, MergePass = 1, SplitTokens = 2, BatchSize = 4 },
        },
        Compute = new ComputeSettings { Threads = 1 },
    };

    JobContext Context(long memory = 1L << 50, long disk = 1L << 50, Action<ProgressEvent>? listen = null) =>
        new(pool, listen is null ? null : new Listener(listen))
        {
            Machine = new MachineProbe { FreeMemory = () => memory, FreeDisk = _ => disk },
        };

    [Fact]
    public void TimeAndMemory_AreTold_BeforeTheWorkAndOnceTheNumberIsKnown_AndStandBesideWhatTheyWere()
    {
        List<string> told = [];
        Request("out").Work(Context(listen: value => told.Add(value switch
        {
            Noted noted => noted.Text,
            PhaseBegan phase => phase.Phase,
            _ => "",
        })));
        var before = told.FindIndex(text => text.StartsWith("This takes about ", StringComparison.Ordinal));
        Assert.InRange(before, 0, told.IndexOf(Phases.Locate));
        Assert.EndsWith("MB of memory for 2 concepts; how many there are is told when they are located.", told[before]);
        var run = JsonNode.Parse(File.ReadAllText(temp["out/run.json"]))!;
        Assert.Equal(2, (int)run["estimate"]!["concepts"]!);
        foreach (var phase in new[] { Phases.Locate, Phases.LearnSplitTokens, Phases.LearnMergedTokens, ExtractionRequest.DrawPreviews })
            Assert.True((double)run["estimate"]!["seconds"]![phase]! > 0 && (double)run["seconds"]![phase]! > 0, phase);
    }

    [Fact]
    public void WhatCannotFit_IsRefused_WithTheSettingThatWould()
    {
        var request = Request("out");
        long Need(ComputePrecision precision, int? atOnce, int resolution) => pool.Use(null, new ComputeSettings(), Context(), loaded =>
            MemoryEstimate.OfExtraction(loaded.Model.Shape, precision, request.Settings with
            {
                Resolution = resolution,
                Learning = request.Settings.Learning with { AtOnce = atOnce, BatchSize = 64 },
            }, request.Previews).Peak);
        request = request with
        {
            Settings = request.Settings with { Resolution = 256, Learning = request.Settings.Learning with { BatchSize = 64 } },
        };
        MemoryShortageException Refused(long memory) =>
            Assert.Throws<MemoryShortageException>(() => request.Work(Context(memory - Environment.WorkingSet)));
        // Each is enough for the change, and for no smaller one.
        var slack = 300_000_000;
        Assert.True(Need(ComputePrecision.Bf16, null, 256) > Need(ComputePrecision.Fp32, 1, 256) + slack);
        var low = Refused(Need(ComputePrecision.Fp32, 1, 256) + slack / 2);
        Assert.Equal((MemoryRemedy.LowMemory, FailureKind.Resources), (low.Remedy, Failure.KindOf(low)));
        Assert.Matches(@"^this needs about \d.* of memory, but only .* are free; with learning\.atOnce 1 it would fit\.$", low.Message);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
        var none = Refused(1_000_000);
        Assert.Contains("end other programs", none.Message, StringComparison.Ordinal);
        (Request("out") with { Compute = new ComputeSettings { Threads = 1, IgnoreEstimate = true } }).Work(Context(memory: 1));
    }

    [Theory]
    [InlineData(1L << 50, "fp32")]
    [InlineData(10_000_000L, "bf16")]
    public void ThePrecision_IsChosenByTheFreeMemory_AndRecorded(long memory, string expected)
    {
        var request = new LocalizationRequest
        {
            Picture = Request("out").Picture,
            Output = temp["out"],
            Settings = Request("out").Settings,
            Compute = new ComputeSettings { Threads = 1, Precision = null, IgnoreEstimate = true },
        };
        Assert.Equal(expected, request.Work(Context(memory)).Manifest.Model!.Precision);
    }

    [Fact]
    public void AFullDisk_IsRefused_BeforeTheCheckpointIsRead()
    {
        var refusal = Assert.Throws<OutputException>(() => Request("out").Work(Context(disk: 1000)));
        Assert.Contains("has room for 1.00 kB, but the results may take", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.Loads);
    }

    [Fact]
    public void OutOfMemoryInTheMiddle_KeepsAState_FromWhichLessMemoryIsEnough()
    {
        var failure = Assert.Throws<MemoryShortageException>(() => (Request("out") with { SaveMinutes = 0 }).Work(Context(listen: value =>
        {
            if (value is OptimizerStepDone { Pass: 2 })
                throw new ExternalException("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory");
        })));
        Assert.True(failure is { Remedy: MemoryRemedy.LowMemory, Resumable: true, IsRefusal: false });
        Assert.Equal(FailureKind.Resources, Failure.KindOf(failure));
        Assert.Contains($"the progress is kept in {temp["out"]}", failure.Message, StringComparison.Ordinal);
        Assert.True(new StateFolder(temp["out"]).Exists);
        var request = Request("out") with { Resume = true };
        var result = (request with
        {
            Settings = request.Settings with { Learning = request.Settings.Learning with { AtOnce = 1 } },
        }).Work(Context());
        Assert.Null(result.Manifest.Unfinished);
        Assert.Equal(1, result.Manifest.Settings!.Learning.AtOnce);
    }
}
