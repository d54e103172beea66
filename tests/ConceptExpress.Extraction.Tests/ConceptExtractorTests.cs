using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Extraction.Tests;

/// <summary>A whole extraction, on a checkpoint so small that all pictures look alike to it.</summary>
public sealed class ConceptExtractorTests : IDisposable
{
    const int Side = 128; // a latent of 16x16

    static readonly PixelSize Wide = new() { Width = 150, Height = 90 };

    readonly StableDiffusion model = CoreCheckpoint.Load();

    public void Dispose() => model.Dispose();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static ExtractionSettings Brief => ExtractionSettings.Paper with
    {
        Resolution = Side,
        Locating = new PublishedLocating { MinProminence = null }, // nothing stands out in noise
        Learning = new LearningSettings { Passes = 1, MergePass = 0, SplitTokens = 1 },
    };

    static RgbImage Noise(PixelSize size)
    {
        var pixels = new byte[3 * size.Area];
        new Random(5).NextBytes(pixels);
        return new RgbImage(size, pixels);
    }

    static Mask Where(PixelSize size, Func<int, int, bool> inside) =>
        new(size, [.. Enumerable.Range(0, (int)size.Area).Select(i => inside(i % size.Width, i / size.Width))]);

    [Theory, InlineData(false), InlineData(true)]
    public void APictureThatIsNotSquare_GoesThroughAWholeExtraction(bool borders)
    {
        LocatingSettings locating = borders ? new BorderLocating() : new PublishedLocating();
        var settings = Brief with { Locating = locating with { MaxConcepts = 2, MinProminence = null } };
        var heard = new RecordedProgress();
        var set = new ConceptExtractor(model).Extract(Noise(Wide), settings, null, heard, Stop);
        Assert.InRange(set.Concepts.Count, 1, 2);
        Assert.All(set.Concepts, concept => Assert.Equal(Grid.Square(Side / model.Downscale), concept.Location.Mask.Grid));
        Assert.All(set.Words, word => Assert.Equal(model.WordWidth, Assert.Single(word.Vectors).Length));
        Assert.All(set.Words, word => Assert.All(word.Vectors[0], value => Assert.True(float.IsFinite(value))));
        Assert.True(double.IsFinite(set.FinalLosses!.Total));
        Assert.Equal(set.Concepts.Select(concept => concept.Location), Assert.Single(heard.All<ConceptsLocated>()).Concepts);
    }

    [Fact]
    public void MasksAtAnotherScale_SayWhereConceptsAre_InTheirOrder()
    {
        var small = new PixelSize { Width = Wide.Width / 3, Height = Wide.Height / 3 };
        Mask[] masks = [Where(small, (x, _) => x >= 25), Where(small, (x, y) => x < 25 && y < 15)];
        var set = new ConceptExtractor(model).Extract(Noise(Wide), Brief, masks, null, Stop);
        var (right, corner) = (set.Concepts[0].Location.Mask, set.Concepts[1].Location.Mask);
        Assert.Equal(2, set.Concepts.Count);
        for (var y = 0; y < 16; y++)
            for (var x = 0; x < 16; x++)
                Assert.Equal((x >= 8, x < 8 && y < 8), (right[x, y], corner[x, y]));
        Assert.All(set.Concepts, concept => Assert.Equal(1, concept.Location.Feature.Sum(), 1e-4));
        Assert.Equal(["<asset0>", "<asset1>"], set.Words.Select(word => word.Token));
    }

    [Fact]
    public void MasksThatOverlap_AreTakenAsTheyAre()
    {
        Mask[] masks = [Where(Wide, (x, _) => x < 100), Where(Wide, (x, _) => x >= 50)];
        var located = new ConceptExtractor(model).Locate(Noise(Wide), Brief, masks, null, Stop);
        Assert.Contains(true, located[0].Mask.Cells.Zip(located[1].Mask.Cells, (first, second) => first && second));
        Assert.Equal(masks, located.Select(concept => concept.FineMask));
        Assert.Equal(1, located[0].ToMask(Wide).Iou(masks[0]));
    }

    [Theory]
    [InlineData(90, 150)]
    [InlineData(128, 128)]
    [InlineData(1500, 500)]
    public void MasksOfOtherProportions_AreRefused(int width, int height)
    {
        var mask = Where(new PixelSize { Width = width, Height = height }, (_, _) => true);
        var message = Assert.Throws<ArgumentException>(
            () => new ConceptExtractor(model).Locate(Noise(Wide), Brief, [Where(Wide, (_, _) => true), mask], null, Stop)).Message;
        Assert.Contains($"{width}x{height}", message);
        Assert.Contains("150x90", message);
    }

    [Fact]
    public void EmptyMasks_AndNone_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConceptExtractor(model)
            .Locate(Noise(Wide), Brief, [Where(Wide, (_, _) => false)], null, Stop));
        Assert.Throws<ArgumentException>(() => new ConceptExtractor(model).Locate(Noise(Wide), Brief, [], null, Stop));
    }

    [Fact]
    public void TheSameSeed_GivesTheSameConcepts_AndAnotherDoesNot()
    {
        float[] Learned(long seed)
        {
            var settings = Brief with { Seed = seed, Learning = Brief.Learning with { Start = new RandomRows() } };
            return new ConceptExtractor(model)
                .Extract(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60)], null, Stop).Words[0].Vectors[0];
        }
        Assert.Equal(Learned(3), Learned(3));
        Assert.NotEqual(Learned(3), Learned(4));
    }

    /// <summary>Looking at words changes neither them nor what is learned next with the same checkpoint.</summary>
    [Fact]
    public void MapsOfWords_AreOnePerWord_TheSameEachTime_AndChangeNothing()
    {
        var extractor = new ConceptExtractor(model);
        Mask[] masks = [Where(Wide, (x, _) => x < 60), Where(Wide, (x, _) => x > 90)];
        var words = extractor.Extract(Noise(Wide), Brief, masks, null, Stop).Words;
        var heard = new RecordedProgress();
        var maps = extractor.WordMapsOf(Noise(Wide), words, Brief, heard, Stop);
        Assert.Equal(words.Count, maps.Count);
        var began = Assert.Single(heard.All<PhaseBegan>());
        Assert.Equal((Phases.ReadAttention, (int?)words.Count), (began.Phase, began.Steps));
        Assert.All(maps, map => Assert.Equal(map.Grid.Cells, map.Values.Length));
        Assert.All(maps.SelectMany(map => map.Values), value => Assert.InRange(value, 0, 1));
        Assert.NotEqual(maps[0].Values, maps[1].Values);
        Assert.Equal(maps.Select(map => map.Values), extractor.WordMapsOf(Noise(Wide), words, Brief, null, Stop).Select(map => map.Values));
        Assert.Equal(words.Select(word => word.Vectors), extractor.Extract(Noise(Wide), Brief, masks, null, Stop).Words
            .Select(word => word.Vectors));
        Assert.Empty(extractor.WordMapsOf(Noise(Wide), [], Brief, null, Stop));
    }

    [Fact]
    public void Progress_IsPhaseByPhase_WithAsManyStepsAsAnnounced()
    {
        var settings =
            Brief with { Learning = new LearningSettings { Passes = 3, MergePass = 2, SplitTokens = 2, Start = new BestWords() } };
        var heard = new RecordedProgress();
        new ConceptExtractor(model)
            .Extract(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60), Where(Wide, (x, _) => x > 90)], heard, Stop);
        Assert.Equal([Phases.Locate, Phases.SearchWords, Phases.LearnSplitTokens, Phases.LearnMergedTokens], heard.All<PhaseBegan>()
            .Select(began => began.Phase));
        var steps = new Dictionary<string, int>();
        var phase = "";
        foreach (var happened in heard.Events)
        {
            if (happened is PhaseBegan began) phase = began.Phase;
            if (happened is Advanced) steps[phase] = steps.GetValueOrDefault(phase) + 1;
            if (happened is OptimizerStepDone done) Assert.Equal(phase, done.Phase);
        }
        foreach (var began in heard.All<PhaseBegan>())
            if (began.Phase == Phases.SearchWords) Assert.InRange(steps[began.Phase], 1, began.Steps!.Value); // at most so many
            else Assert.Equal(began.Steps, steps[began.Phase]);
        Assert.Equal(Enumerable.Range(0, 11), heard.All<OptimizerStepDone>().Select(done => done.Step));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2], heard.All<OptimizerStepDone>().Select(done => done.Pass));
        Assert.All(heard.All<OptimizerStepDone>(), done => Assert.StartsWith("denoising ", done.Detail));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void WhereTooLittleStandsOut_NothingIsFound_AndTheWarningTellsTheSetting(bool borders)
    {
        LocatingSettings locating = borders ? new BorderLocating() : new PublishedLocating();
        var settings = Brief with { Locating = locating with { MinProminence = 1000 } };
        var heard = new RecordedProgress();
        Assert.Empty(new ConceptExtractor(model).Locate(Noise(Wide), settings, null, heard, Stop));
        Assert.Contains("locating.minProminence", Assert.Single(heard.All<Warned>()).Text);
        Assert.Equal(Assert.Single(heard.All<PhaseBegan>()).Steps, heard.All<Advanced>().Count);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void MasksThatAreGiven_AreTakenHoweverLittleStandsOut(bool borders)
    {
        LocatingSettings locating = borders ? new BorderLocating() : new PublishedLocating();
        var settings = Brief with { Locating = locating with { MinProminence = 1000 } };
        var heard = new RecordedProgress();
        Assert.Single(new ConceptExtractor(model).Locate(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60)], heard, Stop));
        Assert.Empty(heard.All<Warned>());
        Assert.Equal(Assert.Single(heard.All<PhaseBegan>()).Steps, heard.All<Advanced>().Count);
    }

    [Fact]
    public void TooFewConcepts_AreWarnedOf()
    {
        var (heard, wanted) = (new RecordedProgress(), 900);
        var settings = Brief with { Locating = new BorderLocating { MinConcepts = wanted, MinProminence = null } };
        var located = new ConceptExtractor(model).Locate(Noise(Wide), settings, null, heard, Stop);
        Assert.True(located.Count < wanted);
        Assert.Contains($"{located.Count} of {wanted} ", Assert.Single(heard.All<Warned>()).Text);
    }

    [Fact]
    public void ASideThatTheCheckpointCannotWorkAt_IsRefused_NamingTheNearestThatIs()
    {
        var message = Assert.Throws<SettingsException>(
            () => new ConceptExtractor(model).Locate(Noise(Wide), Brief with { Resolution = 127 }, null, null, Stop)).Message;
        Assert.StartsWith("resolution 127 ", message);
        Assert.Contains("try 128", message);
    }

    [Fact]
    public void WhereNothingIsLocated_NothingIsLearned()
    {
        var set = new ConceptExtractor(model).Learn(Noise(Wide), [], Brief, null, Stop);
        Assert.Empty(set.Concepts);
        Assert.Null(set.FinalLosses);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Learning_GoesOnFromAnythingItReached_WithTheSameWords(int vectors)
    {
        var settings =
            Brief with
            {
                Learning = new LearningSettings
                {
                    Passes = 4,
                    MergePass = 2,
                    SplitTokens = 2,
                    Vectors = vectors,
                    Start = new BestWords()
                }
            };
        var (extractor, heard) = (new ConceptExtractor(model), new RecordedProgress());
        var located = extractor.Locate(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60), Where(Wide, (x, _) => x > 90)], null, Stop);
        var whole = extractor.Learn(Noise(Wide), located, settings, heard, Stop);
        Assert.All(whole.Words, word => Assert.Equal(vectors, word.Vectors.Count));
        List<float[]> starts = [.. heard.All<StartFound>().Select(found => found.Start)];
        var states = heard.All<PassDone>().Select(done => done.State).ToList();
        Assert.Equal((2, 5), (starts.Count, states.Count)); // four passes, and the merge
        IEnumerable<LearningProgress> checkpoints = [new([]), new([starts[0]]), new(starts),
            .. states.Select(state => new LearningProgress(starts, state))];
        foreach (var checkpoint in checkpoints)
        {
            var again = new RecordedProgress();
            var rest = extractor.Learn(Noise(Wide), located, settings, again, Stop, checkpoint);
            Assert.Equal(whole.Words.SelectMany(word => word.Vectors), rest.Words.SelectMany(word => word.Vectors));
            Assert.Equal(whole.FinalLosses!.All, rest.FinalLosses!.All);
            Assert.Equal(heard.All<OptimizerStepDone>().Skip(checkpoint.State?.Step ?? 0).Select(Told), again.All<OptimizerStepDone>()
                .Select(Told));
            Assert.Equal(2 - checkpoint.Starts.Count, again.All<StartFound>().Count);
        }
        static (int, int, string, double, double) Told(OptimizerStepDone done) =>
            (done.Step, done.Pass, done.Prompt, done.Losses.Total, done.GradientNorm);
    }

    [Fact]
    public void SeveralVectors_BeginAlikeButForALittleNoise_AndAreAllLearned()
    {
        var settings =
            Brief with
            {
                Learning = new LearningSettings
                {
                    Passes = 2,
                    MergePass = 0,
                    SplitTokens = 1,
                    Vectors = 4,
                    Start = new MeanWord()
                }
            };
        var heard = new RecordedProgress();
        var set = new ConceptExtractor(model).Extract(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60)], heard, Stop);
        var (begun, learned) = (heard.All<PassDone>()[0].State.Words()[0], set.Words[0].Vectors);
        Assert.Equal((4, 4), (begun.Length, learned.Count));
        static double Length(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => value * (double)value));
        var typical = TokenTable.TypicalLength(model);
        foreach (var (i, vector) in begun.Index())
        {
            var apart = Length(vector.Zip(begun[(i + 1) % 4], (a, b) => a - b)) / typical;
            Assert.InRange(apart, 0.05, 0.4); // two noises of a tenth of a typical row
            Assert.NotEqual(vector, learned[i]);
        }
    }

    [Theory, InlineData(7, true), InlineData(8, false)]
    public void MoreVectorsThanAPromptHasRoomFor_AreRefused(int vectors, bool fit)
    {
        using var small = CoreCheckpoint.Load(promptLength: 12); // begin, "a photo of", seven more, end
        var settings = Brief with { Learning = Brief.Learning with { Vectors = vectors } };
        void Extract() => new ConceptExtractor(small).Extract(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60)], null, Stop);
        if (fit) Extract();
        else Assert.Contains("learning.vectors 8", Assert.Throws<SettingsException>(Extract).Message);
    }

    [Fact]
    public void ACancelledExtraction_Ends()
    {
        using var stop = new CancellationTokenSource();
        var heard = new RecordedProgress { On = happened => { if (happened is OptimizerStepDone { Step: 1 }) stop.Cancel(); } };
        var settings = Brief with { Learning = new LearningSettings { Passes = 100, MergePass = 0, SplitTokens = 1 } };
        Assert.ThrowsAny<OperationCanceledException>(
            () => new ConceptExtractor(model).Extract(Noise(Wide), settings, [Where(Wide, (x, _) => x < 60)], heard, stop.Token));
        Assert.Equal(2, heard.All<OptimizerStepDone>().Count);
    }
}
