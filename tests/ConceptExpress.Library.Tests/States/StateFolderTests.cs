using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.States;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.States;

/// <summary>What an unfinished extraction has reached comes back from disk as it was, whenever its writer was killed.</summary>
public sealed class StateFolderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    StateFolder Folder => new(temp.Path);

    static StateRecord Record => new()
    {
        Image = new ImageRecord { Name = "toys.png", Width = 40, Height = 30, Sha256 = new string('a', 64) },
        Masks = null,
        Model = new ModelRecord("toybox", "embedded:toybox", "sha256:" + new string('b', 64), "fp32"),
        Settings = ExtractionSettings.Express with { Resolution = 96 },
        Previews = new PreviewSettings(),
        SampleEvery = 3,
    };

    static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    static IReadOnlyList<LocatedConcept> Located(int count, Grid grid) =>
    [
        .. Enumerable.Range(0, count).Select(i => new LocatedConcept(
            new GridMask(grid, [.. Numbers(grid.Cells, i).Select(value => value > 0)]), 1 / 3.0 + i, Numbers(grid.Cells, i + 50))),
    ];

    static MergedState Merged(int concepts, int width, int step) => new()
    {
        Concepts = concepts,
        Vectors = 1,
        Rows = Numbers(concepts * width, 1),
        First = Numbers(concepts * width, 2),
        Second = Numbers(concepts * width, 3),
        Pass = 4,
        Step = step,
        Losses = Reports.Losses(1 / 3.0, double.NaN, null, 0.1),
    };

    [Fact]
    public void AllThatWasReached_ComesBack()
    {
        var (located, state) = (Located(2, new Grid { Width = 8, Height = 6 }), Merged(2, 16, step: 5));
        List<float[]> starts = [Numbers(16, 8), Numbers(16, 9)];
        Folder.Begin(Record, located);
        Folder.Save(starts);
        Folder.Save(state, Reports.Steps(5).Lines);
        var read = Folder.Open();
        Assert.Equal(Record.Image, read.Record.Image);
        read.Record.RequireSame(Record, "out");
        Assert.Equal(located.Select(concept => (concept.Saliency, concept.Mask.Grid)),
            read.Located.Select(concept => (concept.Saliency, concept.Mask.Grid)));
        Assert.Equal(located.Select(concept => concept.Mask.Cells), read.Located.Select(concept => concept.Mask.Cells));
        Assert.Equal(located.Select(concept => concept.Feature), read.Located.Select(concept => concept.Feature));
        Assert.All(read.Located, concept => Assert.Null(concept.FineMask ?? (object?)concept.Confidence));
        Assert.Equal(starts, read.Learning.Starts);
        AssertSame(state, read.Learning.State!);
        Assert.Equal(Reports.Steps(5).Steps.Select(step => (step.Step, step.Phase, step.Prompt, step.Losses.Total)),
            read.Steps.Select(line => (line.Step.Step, line.Step.Phase, line.Step.Prompt, line.Step.Losses.Total)));
    }

    [Fact]
    public void MasksInPixels_AndConfidence_ComeBack_WhereTheyAreKnown()
    {
        var size = new PixelSize { Width = 13, Height = 7 };
        var fine = new Mask(size, [.. Numbers(13 * 7, 3).Select(value => value > 0)]);
        var located = Located(2, Grid.Square(4));
        Folder.Begin(Record, [located[0], located[1] with { FineMask = fine, Confidence = 0.7 }]);
        var read = Folder.Open().Located;
        Assert.Null(read[0].FineMask);
        Assert.Null(read[0].Confidence);
        Assert.Equal((size, 0.7), (read[1].FineMask!.Size, read[1].Confidence));
        Assert.Equal(fine.Pixels.ToArray(), read[1].FineMask!.Pixels.ToArray());
    }

    [Fact]
    public void SplitTokensOfSeveralVectors_ComeBack()
    {
        var state = new SplitState
        {
            Concepts = 2,
            Vectors = 3,
            SplitTokens = 4,
            Rows = Numbers(2 * 3 * 4 * 5, 1),
            First = Numbers(2 * 3 * 4 * 5, 2),
            Second = Numbers(2 * 3 * 4 * 5, 3),
            Pass = 1,
            Step = 8,
        };
        StateFile.Write(temp["learning.safetensors"], state);
        AssertSame(state, StateFile.Read(temp["learning.safetensors"]));
    }

    static void AssertSame(LearningState expected, LearningState actual)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        Assert.Equal((expected.Concepts, expected.Vectors, expected.TokensPerConcept, expected.Pass, expected.Step),
            (actual.Concepts, actual.Vectors, actual.TokensPerConcept, actual.Pass, actual.Step));
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(expected.First, actual.First);
        Assert.Equal(expected.Second, actual.Second);
        Assert.Equal(expected.Losses?.All, actual.Losses?.All);
    }

    [Fact]
    public void AStateOfTenWords_TakesLessThanAMegabyte()
    {
        // Stable Diffusion 2: words of 1024 values, 64x64 cells; five tokens per concept, as the published method has them, are the
        // largest.
        Folder.Begin(Record, Located(10, Grid.Square(64)));
        Folder.Save([.. Enumerable.Range(0, 10).Select(i => Numbers(1024, i))]);
        Folder.Save(
            new SplitState
            {
                Concepts = 10,
                Vectors = 1,
                SplitTokens = 5,
                Rows = Numbers(51200, 1),
                First = Numbers(51200, 2),
                Second = Numbers(51200, 3)
            }, []);
        Assert.InRange(new DirectoryInfo(Folder.Path).EnumerateFiles().Sum(file => file.Length), 1, 1_000_000);
    }

    [Fact]
    public void StepsBeyondTheState_AndHalfALine_ArePassedOver_AndDoneAgain()
    {
        Folder.Begin(Record, Located(2, Grid.Square(4)));
        Folder.Save(Merged(2, 16, step: 5), Reports.Steps(5).Lines);
        var steps = Path.Combine(Folder.Path, "steps.jsonl");
        // Killed while the next steps were written, before their state was.
        File.AppendAllText(steps, Reports.Steps(7).Lines[5].ToJson() + "\n" + Reports.Steps(7).Lines[6].ToJson()[..30]);
        Assert.Equal(5, Folder.Open().Steps.Count);
        Folder.Save(Merged(2, 16, step: 7), Reports.Steps(7).Lines.Skip(5));
        Assert.Equal(Enumerable.Range(0, 7), Folder.Open().Steps.Select(line => line.Step.Step));
    }

    [Fact]
    public void BeginningAnew_ForgetsWhatWasThere()
    {
        Folder.Begin(Record, Located(2, Grid.Square(4)));
        Folder.Save(Merged(2, 16, step: 5), Reports.Steps(5).Lines);
        Folder.Begin(Record, Located(1, Grid.Square(4)));
        var read = Folder.Open();
        Assert.Single(read.Located);
        Assert.Null(read.Learning.State);
        Assert.Empty(read.Steps);
    }

    [Fact]
    public void ADeletedFolder_HoldsNothing()
    {
        Folder.Begin(Record, Located(1, Grid.Square(4)));
        Assert.True(Folder.Exists);
        Folder.Delete();
        Assert.False(Folder.Exists);
        Folder.Delete();
    }

    [Theory]
    [InlineData("learning.safetensors")]
    [InlineData("located.safetensors")]
    [InlineData("starts.safetensors")]
    [InlineData("extraction.json")]
    [InlineData("steps.jsonl")]
    public void ADamagedFile_IsToldOf(string file)
    {
        Folder.Begin(Record, Located(2, Grid.Square(4)));
        Folder.Save([Numbers(16, 1)]);
        Folder.Save(Merged(2, 16, step: 5), Reports.Steps(5).Lines);
        var path = Path.Combine(Folder.Path, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]);
        var refused = Assert.Throws<StateException>(Folder.Open);
        Assert.Contains(file, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("learning.safetensors", "rows")]
    [InlineData("located.safetensors", "masks")]
    [InlineData("starts.safetensors", "starts")]
    public void ATensorOfAnotherKind_IsToldOf(string file, string tensor)
    {
        Folder.Begin(Record, Located(2, Grid.Square(4)));
        Folder.Save([Numbers(16, 1)]);
        Folder.Save(Merged(2, 16, step: 5), Reports.Steps(5).Lines);
        var path = Path.Combine(Folder.Path, file);
        using (TorchSharp.torch.NewDisposeScope())
        {
            List<(string, TorchSharp.torch.Tensor)> tensors;
            Dictionary<string, string> metadata;
            using (var read = SafeTensorsFile.Open(path))
            {
                metadata = new(read.Metadata);
                tensors = [
                    .. read.Names.Select(
                    name => (name, name == tensor ? TorchSharp.torch.zeros(3, dtype: TorchSharp.torch.int64) : read.Read(name)))];
            }
            SafeTensorsWriter.Write(path, tensors, metadata);
        }
        Assert.Contains(file, Assert.Throws<StateException>(Folder.Open).Message);
    }

    [Fact]
    public void FilesOfDifferentExtractions_AreToldOf()
    {
        Folder.Begin(Record, Located(3, Grid.Square(4)));
        Folder.Save(Merged(2, 16, step: 5), Reports.Steps(5).Lines);
        Assert.Contains("different numbers of concepts", Assert.Throws<StateException>(Folder.Open).Message);
    }

    [Fact]
    public void ALinkInPlaceOfTheFolder_IsRefused_AndWhatIsBehindItIsKept()
    {
        Directory.CreateDirectory(temp["theirs/samples"]);
        File.WriteAllText(temp["theirs/extraction.json"], "mine");
        Directory.CreateSymbolicLink(temp[StateFolder.Name], temp["theirs"]);
        Assert.Contains("is a link", Assert.Throws<OutputException>(Folder.Lock).Message);
        Assert.Equal("mine", File.ReadAllText(temp["theirs/extraction.json"]));
    }

    static readonly Dictionary<string, Func<StateRecord, StateRecord>> Changes = new()
    {
        ["another picture"] = record => record with { Image = record.Image with { Sha256 = new string('c', 64) } },
        ["another checkpoint"] = record => record with { Model = record.Model with { Hash = "sha256:other" } },
        ["another precision (\"fp32\")"] = record => record with { Model = record.Model with { Precision = "bf16" } },
        ["other masks"] = record => record with { Masks = "sha256:masks" },
        ["sampleEvery 3, not null"] = record => record with { SampleEvery = null },
        ["previews.sampling.steps 50, not 20"] = record =>
            record with { Previews = new PreviewSettings { Sampling = new SamplingSettings { Steps = 20 } } },
        ["learning.passes 30, not 31"] = record =>
            Changed(record, settings => settings with { Learning = settings.Learning with { Passes = 31 } }),
        ["locating.maxConcepts null, not 2"] = record =>
            Changed(record, settings => settings with { Locating = settings.Locating with { MaxConcepts = 2 } }),
        ["seed 20, not 21"] = record => Changed(record, settings => settings with { Seed = 21 }),
    };

    public static TheoryData<string> Others => [.. Changes.Keys];

    static StateRecord Changed(StateRecord record, Func<ExtractionSettings, ExtractionSettings> change) =>
        record with { Settings = change(ExtractionSettings.Express with { Resolution = 96 }) };

    [Theory, MemberData(nameof(Others))]
    public void WhatDiffers_IsRefusedByName(string named)
    {
        var refused = Assert.Throws<SettingsException>(() => Record.RequireSame(Changes[named](Record), "out"));
        Assert.Contains(named, refused.Message);
    }

    [Fact]
    public void AFileThatWasRenamed_AndAModelThatMoved_AreTheSame() => Record.RequireSame(
        Record with
        {
            Image = Record.Image with { Name = "other.png" },
            Model = Record.Model with { Name = "copy", Path = "/elsewhere/copy" }
        }, "out");

    [Fact]
    public void GivenMasks_AreKnownByTheirPixels()
    {
        static Mask Of(params bool[] pixels) => new(new PixelSize { Width = 2, Height = 1 }, pixels);
        Assert.Null(StateRecord.DigestOf(null));
        Assert.Equal(StateRecord.DigestOf([Of(true, false)]), StateRecord.DigestOf([Of(true, false)]));
        Assert.NotEqual(StateRecord.DigestOf([Of(true, false)]), StateRecord.DigestOf([Of(false, true)]));
        Assert.NotEqual(StateRecord.DigestOf([Of(true, false)]),
            StateRecord.DigestOf([new Mask(new PixelSize { Width = 1, Height = 2 }, [true, false])]));
    }

    public void Dispose() => temp.Dispose();
}
