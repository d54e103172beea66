using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Tests;

/// <summary>What a C# developer does with the package.</summary>
public sealed class ExpressTests : IDisposable
{
    static readonly ComputeSettings OneThread = new() { Threads = 1 };

    static readonly ExtractionSettings Short = ExtractionSettings.Express with
    {
        Resolution = 64,
        Learning = ExtractionSettings.Express.Learning.WithPasses(2) with { Start = new MeanWord() },
    };

    readonly TemporaryFolder temp = new();
    readonly Express express = Express.Open(compute: OneThread);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static string Sample => Path.Combine(TestFolders.Repository, "samples", "toybox-01.png");

    [Fact]
    public void Concepts_AreExtracted_Saved_AndDrawn()
    {
        var concepts = express.Extract(Sample, Short, stop: Stop);
        Assert.NotEmpty(concepts.Concepts);
        Assert.Equal(concepts.Words.Count, concepts.Masks.Count);
        Assert.Equal(ImageReader.Read(Sample).Size, concepts.Masks[0].Size);
        concepts.Save(temp["out"]);
        Assert.Equal(concepts.Words.Select(word => word.Vectors[0]), ConceptFolder.Open(temp["out"]).Words.Select(word => word.Vectors[0]));
        var settings = new GenerationSettings
        {
            Prompt = "a photo of <asset0> on grass",
            Width = 64,
            Height = 32,
            Sampling = new SamplingSettings { Steps = 2 }
        };
        express.Generate(concepts.Words, settings, stop: Stop).Save(temp["drawn.png"]);
        Assert.Equal(new PixelSize { Width = 64, Height = 32 }, ImageReader.Read(temp["drawn.png"]).Size);
    }

    [Fact]
    public void AnEmbeddingFile_DrawsLikeItsFolder()
    {
        express.Extract(Sample, Short, stop: Stop).Save(temp["out"]);
        var settings = new GenerationSettings
        {
            Prompt = "a photo of <asset0>",
            Width = 64,
            Height = 32,
            Sampling = new SamplingSettings { Steps = 2 }
        };
        byte[] Drawn(IReadOnlyList<ConceptWord> words) => express.Generate(words, settings, stop: Stop).Pixels.ToArray();
        var folder = Drawn(ConceptFolder.Open(temp["out"]).Words);
        Assert.Equal(folder, Drawn(EmbeddingFile.Read(temp["out/embeddings/toybox-01-asset0.safetensors"]).Words));
        Assert.NotEqual(folder, Drawn([]));
    }

    [Fact]
    public void TheFolder_IsTheOneThatAJobWrites()
    {
        express.Extract(Sample, Short, stop: Stop).Save(temp["library"]);
        using var pool = new ModelPool();
        new ExtractionRequest
        {
            Picture = Sample,
            Settings = Short,
            Previews = new PreviewSettings { Count = 0 },
            Compute = OneThread,
            Output = temp["job"]
        }.Work(new JobContext(pool));
        string[] files = [ResultNames.Manifest, ResultNames.Overlay, "embeddings/toybox-01-asset0.safetensors", "masks/asset0.png"];
        foreach (var file in files)
            Assert.Equal(File.ReadAllBytes(temp[$"job/{file}"]), File.ReadAllBytes(temp[$"library/{file}"]));
    }

    [Fact]
    public void APictureInMemory_AndMasksOfOnesOwn_Do()
    {
        var picture = ImageReader.Read(Sample);
        var masks = express.Locate(picture, Short, stop: Stop);
        Assert.NotEmpty(masks);
        var concepts = express.Extract(picture, "mine.png", Short, [masks[0]], stop: Stop);
        Assert.Single(concepts.Words);
        concepts.Save(temp["out"]);
        var manifest = ConceptFolder.ReadManifest(temp["out"]);
        Assert.Equal(("mine.png", true), (manifest.Image!.Name, manifest.GivenMasks));
        Assert.Throws<OutputOccupiedException>(() => concepts.Save(temp["out"]));
        concepts.Save(temp["out"], replace: true);
    }

    [Fact]
    public void Progress_IsHeard_AndACallCanBeCancelled()
    {
        using var stop = new CancellationTokenSource();
        var heard = new RecordedProgress { On = happened => { if (happened is OptimizerStepDone) stop.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => express.Extract(Sample, Short, progress: heard, stop: stop.Token));
        Assert.Contains(heard.All<PhaseBegan>(), phase => phase.Phase == Phases.Locate);
        Assert.NotEmpty(express.Extract(Sample, Short, stop: Stop).Concepts);
    }

    [Fact]
    public void AMissingCheckpoint_IsToldOfAtOnce() =>
        Assert.Throws<CheckpointException>(() => Express.Open(new FolderModel(temp["absent"])));

    [Fact]
    public void TheReadme_ShowsTheSampleThatCompiles()
    {
        static string Flat(string path) => string.Join('\n', File.ReadLines(path).Select(line => line.Trim()));
        Assert.Contains(Flat(Path.Combine(TestFolders.Repository, "samples", "csharp", "FirstSteps", "Program.cs")).Trim(),
            Flat(Path.Combine(TestFolders.Repository, "README.md")));
    }

    public void Dispose()
    {
        express.Dispose();
        temp.Dispose();
    }
}
