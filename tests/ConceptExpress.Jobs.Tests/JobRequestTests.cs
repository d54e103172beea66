using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Checkpoints;
using ConceptExpress.Jobs.Concepts;
using ConceptExpress.Jobs.Health;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Jobs.Tests;

/// <summary>Requests as data.</summary>
public sealed class JobRequestTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    static string Sample => Path.Combine(TestFolders.Repository, "samples", "toybox-01.png");

    public static TheoryData<JobRequest> Requests =>
    [
        new ExtractionRequest
        {
            Picture = "p.png", Masks = "m", Exif = Exif.Ignore, Settings = ExtractionSettings.Paper with { Seed = 7 },
            Previews = new PreviewSettings { Count = 3 },
            Model = new FolderModel("sd"), Compute = new ComputeSettings { Precision = ComputePrecision.Bf16, Threads = 2 }, Output = "o",
            Replace = true, Resume = true, SampleEvery = 3, SaveMinutes = 0.5, StopAfterMinutes = 90,
        },
        new LocalizationRequest
        {
            Picture = "p.png", Output = "o",
            Model = new FolderModel("sd.safetensors")
            {
                Options = new CheckpointOptions { Variant = "ema", Vae = "v", Tokenizer = "t", Prediction = PredictionType.Velocity },
            },
        },
        new GenerationRequest { Concepts = ["a", "b"], Settings = new GenerationSettings { Prompt = "<asset0>", Width = 64 }, Count = 2,
            Output = "o" },
        new GenerationRequest { Embeddings = [new("a.pt"), new("b.pt", "<b>")], Settings = new GenerationSettings { Prompt = "<b>" },
            Output = "o" },
        new RepetitionRequest
        {
            Picture = "p.png", Changes = new DrawingChanges { Prompt = "<b>", Syntax = PromptSyntax.ComfyUI, Seed = 4 }, Concepts = ["a"],
            Precision = ComputePrecision.Bf16, Threads = 3, Output = "o",
        },
        new ImportRequest { Embeddings = [new("a.pt", "<a>")], Prefix = "p", Model = ModelReference.Embedded, Output = "o" },
        new EvaluationRequest
        {
            Data = "toybox:3@9:hard", Exif = Exif.Ignore, Limit = 2, Workers = 2, Clip = "c", Dino = "d", Judge = "j",
            Sources = SourceForm.Masked, Output = "o",
            Plan = new EvaluationPlan
            {
                Methods = [EvaluationMethod.Find("paper")!.Planned(),
                    EvaluationMethod.Find("express")!.Planned(settings => settings with { Resolution = 96 })],
                Seeds = [3, 4], LocalizationOnly = true, Samples = new SamplePlan { Count = 2 },
            },
        },
        new ReportRequest { Model = ModelReference.Embedded, Judge = "j", Training = "t", Output = "o", Replace = true },
        new RenderingRequest { Scenes = new SceneSettings { Difficulty = SceneDifficulty.Hard }, Count = 3, Output = "o" },
        new TrainingRequest { Stage = "vae", Steps = 5, Output = "o" },
        new HealthRequest { Model = ModelReference.Embedded, Output = "o", SelfTest = false },
        new ConceptListRequest { Folders = ["a"] },
        new ConceptRenameRequest { Concepts = "a", Names = new Dictionary<string, string> { ["asset0"] = "ball" } },
        new ConceptRemoveRequest { Concepts = "a", Names = ["ball"] },
        new ConceptExportRequest { Concepts = ["a"], Names = ["ball"], Program = "comfyui", To = "c", Replace = true },
        new ModelListRequest(),
        new ModelPullRequest { Model = "o/n", Revision = "r", Variant = "fp16", File = "x.safetensors", Offline = true },
        new ModelVerifyRequest { Model = "sd15" },
        new ModelRemoveRequest { Model = "sd15" },
        new ModelCleanRequest { MaxBytes = 7, Delete = true },
        new ModelImportRequest { Path = "p", Name = "n" },
    ];

    [Theory]
    [MemberData(nameof(Requests), DisableDiscoveryEnumeration = true)]
    public void ARequest_ComesBackFromItsJson(JobRequest request)
    {
        var back = JobRequest.FromJson(request.ToJson());
        Assert.Equal(request.GetType(), back.GetType());
        Assert.Equal(request.ToJson(), back.ToJson());
    }

    [Fact]
    public void EveryKindOfRequest_HasAForm()
    {
        var kinds = typeof(JobRequest).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JobRequest)) && !type.IsAbstract);
        Assert.Equal(kinds.Select(kind => kind.Name).Order(), Requests.Select(request => request.Data.GetType().Name).Distinct().Order());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"job":"magic","output":"o"}""")]
    [InlineData("""{"job":"extract","output":"o"}""")]
    [InlineData("""{"output":"o"}""")]
    [InlineData("""{"job":"localize","picture":"p","output":"o","resum":true}""")]
    [InlineData("""{"job":"localize","picture":"p","output":"o","output":"q"}""")]
    [InlineData("""{"job":"localize","picture":"p","output":"o","exif":7}""")]
    [InlineData("""{"job":"localize","picture":"p","output":"o","exif":"7"}""")]
    [InlineData("""{"job":"localize","picture":"p","output":"o","exif":"ignore, apply"}""")]
    [InlineData("""{"job":"generate","concepts":[null],"settings":{"prompt":"x"},"output":"o"}""")]
    public void WhatIsNoRequest_IsRefused(string json) => Assert.ThrowsAny<JsonException>(() => JobRequest.FromJson(json));

    [Fact]
    public void ARequestFromJson_DoesTheSameWork()
    {
        var request = new LocalizationRequest
        {
            Picture = Sample,
            Output = temp["a"],
            Settings = ExtractionSettings.Express with { Resolution = 64 },
            Compute = new ComputeSettings { Threads = 1 }
        };
        var result = request.Work(new JobContext(pool));
        var again = (ConceptsResult)JobRequest.FromJson((request with { Output = temp["b"] }).ToJson()).Run(new JobContext(pool));
        Assert.NotEmpty(result.Manifest.Concepts);
        Assert.Equal(File.ReadAllBytes(temp["a/concepts.json"]), File.ReadAllBytes(temp["b/concepts.json"]));
        Assert.Equal(result.Manifest.Concepts.Count, again.Manifest.Concepts.Count);
    }

    [Fact]
    public void LocatedMasks_CanBeEdited_AndLearnedOn()
    {
        var settings = ExtractionSettings.Express with
        {
            Resolution = 64,
            Learning = ExtractionSettings.Paper.Learning.WithPasses(1) with { SplitTokens = 1 }
        };
        var compute = new ComputeSettings { Threads = 1 };
        var located = new LocalizationRequest
        {
            Picture = Sample,
            Output = temp["located"],
            Settings = settings,
            Compute = compute
        }.Work(new JobContext(pool)).Manifest.Concepts;
        foreach (var concept in located.Skip(1)) File.Delete(temp[$"located/{concept.Mask}"]);
        var learned = new ExtractionRequest
        {
            Picture = Sample,
            Masks = temp["located/masks"],
            Output = temp["learned"],
            Settings = settings,
            Compute = compute,
            Previews = new PreviewSettings { Count = 0 },
        }.Work(new JobContext(pool));
        Assert.True(learned.Manifest.GivenMasks);
        Assert.Equal("mit", learned.Manifest.Model!.Licence);
        var only = Assert.Single(learned.Manifest.Concepts);
        Assert.Equal(File.ReadAllBytes(temp[$"located/{located[0].Mask}"]), File.ReadAllBytes(temp[$"learned/{only.Mask}"]));
    }

    [Fact]
    public void MinConceptsThatCannotBeReached_AreWarnedOf()
    {
        var settings = ExtractionSettings.Express with { Resolution = 64, Locating = new BorderLocating { MinConcepts = 900 } };
        var result = new LocalizationRequest { Picture = Sample, Output = temp["many"], Settings = settings }.Work(new JobContext(pool));
        Assert.Contains(result.Warnings, warning => warning.Contains("of 900 concepts", StringComparison.Ordinal));
    }

    [Fact]
    public void SettingsThatCannotBe_AreRefused_BeforeAnythingIsRead()
    {
        var request = new LocalizationRequest
        {
            Picture = temp["absent.png"],
            Output = temp["out"],
            Settings = ExtractionSettings.Express with { Seed = -1 }
        };
        Assert.Contains("seed", Assert.Throws<SettingsException>(() => request.Work(new JobContext(pool))).Message);
        Assert.Equal(0, pool.Loads);
    }

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }
}
