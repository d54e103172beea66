using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

public class TrainingGoldenTests
{
    [Fact]
    public void EveryStep_EqualsGolden_InLossesGradientNormsAndRows()
    {
        using var scope = NewDisposeScope();
        // In double precision, so that only the golden's own rounding is left: alignment makes the gradients very sensitive to it.
        using var model = StableDiffusion.Load(TestFolders.Golden("tiny-sd2"), ComputePrecision.Fp64);
        using var golden = GoldenFile.Open("training/training.safetensors");
        using var json = JsonDocument.Parse(File.ReadAllText(TestFolders.Golden("training/training.json")));
        var run = json.RootElement;
        var config = run.GetProperty("config");
        var (features, masks) = (golden["features"], golden["masks"]);
        var n = (int)masks.shape[0];
        var settings = ExtractionSettings.Paper with
        {
            Passes = config.GetProperty("steps").GetInt32(), MergePass = config.GetProperty("merge").GetInt32(), SplitTokens = config.GetProperty("split").GetInt32(),
            AlignmentWeight = config.GetProperty("lam").GetDouble(), ContrastWeight = config.GetProperty("con").GetDouble(), Placeholders = config.GetProperty("assets").GetInt32(),
        };
        var used = n * settings.SplitTokens;
        using var table = TokenTable.Create(model, n, settings);
        Close.Absolutely(golden["rows_init"].narrow(0, 0, used), table.Rows, 0, "rows at the start");

        using var target = LearningTarget.Of(model, Photo(), masks, features.view(n, masks.shape[1], masks.shape[2]));
        var iterations = run.GetProperty("iterations");
        var draws = new RecordedDraws(golden, [.. run.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("flip").GetBoolean())]);
        using var learner = new ConceptLearner(model, target, table, settings, draws);

        void Check(OptimizerStepDone done)
        {
            var expected = iterations[done.Step];
            void Agree(double golden, double actual, double share, string what) =>
                Assert.True(Math.Abs(golden - actual) <= share * Math.Abs(golden) + 1e-9, $"step {done.Step}, {what}: {actual} for {golden}");
            Agree(expected.GetProperty("mse").GetDouble(), done.Losses.Denoising, 1e-4, "denoising");
            Agree(expected.GetProperty("loss").GetDouble(), done.Losses.Total, 1e-4, "total");
            Agree(expected.GetProperty("norm_returned").GetDouble(), done.GradientNorm, 5e-3, "gradient norm");
            Close.Absolutely(golden[$"iter{done.Step:00}/rows_after_step"].narrow(0, 0, used), table.Rows, 2e-5, $"rows after step {done.Step}");
        }
        var split = learner.Run(new SplitTokens(table), 0, settings.MergePass, Check, TestContext.Current.CancellationToken);
        learner.Run(split.MergeByMean(), settings.MergePass, settings.Passes, Check, TestContext.Current.CancellationToken);
        Close.Absolutely(golden["final_rows"].narrow(0, 0, used), table.Rows, 2e-5, "final rows");
        Assert.Equal(iterations.GetArrayLength(), draws.Steps);
    }

    static Tensor Photo()
    {
        var image = ImageReader.Read(TestFolders.Golden("components/image_512.png"));
        var picture = Picture.FromRgb(image.Height, image.Width, image.Pixels);
        return tensor(picture.Pixels, [1, 3, picture.Height, picture.Width]);
    }

    /// <summary>The random numbers of the recorded run; of two draws each, the second entered the loss.</summary>
    sealed class RecordedDraws(GoldenFile golden, bool[] flips) : ITrainingDraws
    {
        int pass;

        public int Steps { get; private set; }

        public bool Flip() => flips[pass++];

        public int[] Choose(int count, int concepts) => throw new InvalidOperationException("the recorded joint prompt fits");

        public TrainingDraw Next(long[] shape, int timesteps, Device device)
        {
            var iteration = $"iter{Steps++:00}";
            return new TrainingDraw(golden[$"{iteration}/posterior_eps"], golden[$"{iteration}/noise"], tensor(golden.Integers($"{iteration}/timesteps")[^1..], dtype: int64));
        }
    }
}
