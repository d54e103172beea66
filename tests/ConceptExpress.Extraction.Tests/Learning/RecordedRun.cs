using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>A training run of the golden suite: what went in, and what came out of every step.</summary>
sealed class RecordedRun : IDisposable
{
    readonly GoldenFile golden;
    readonly JsonDocument json;
    readonly ExtractionSettings settings;

    /// <param name="path">From the run's file name to its path.</param>
    public RecordedRun(Func<string, string> path)
    {
        golden = GoldenFile.At(path("training.safetensors"));
        json = JsonDocument.Parse(File.ReadAllText(path("training.json")));
        var config = json.RootElement.GetProperty("config");
        settings = ExtractionSettings.Paper with
        {
            Passes = config.GetProperty("steps").GetInt32(), MergePass = config.GetProperty("merge").GetInt32(),
            SplitTokens = config.GetProperty("split").GetInt32(), Placeholders = config.GetProperty("assets").GetInt32(),
            AlignmentWeight = config.GetProperty("lam").GetDouble(), ContrastWeight = config.GetProperty("con").GetDouble(),
        };
    }

    /// <summary>(n,h,w), 0 or 1.</summary>
    public Tensor Masks => golden["masks"];

    /// <summary>(n,h,w).</summary>
    public Tensor Features => golden["features"].view(Masks.shape);

    /// <summary>Trains with the recorded random numbers and compares every step.</summary>
    public void Follow(StableDiffusion model, LearningTarget target, CancellationToken stop)
    {
        var used = target.Concepts * settings.SplitTokens;
        using var table = TokenTable.Create(model, target.Concepts, settings);
        Close.Absolutely(golden["rows_init"].narrow(0, 0, used), table.Rows, 0, "rows at the start");

        var flips = json.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("flip").GetBoolean());
        var draws = new RecordedDraws(golden, [.. flips]);
        var inspected = 0;
        using var learner = new ConceptLearner(model, target, table, settings, draws)
        {
            Inspect = (gradient, maps) => CheckTensors($"iter{inspected++:00}", gradient, maps),
        };
        var iterations = json.RootElement.GetProperty("iterations");
        void Check(OptimizerStepDone done)
        {
            using var each = NewDisposeScope();
            CheckLosses(iterations[done.Step], done);
            var rows = golden[$"iter{done.Step:00}/rows_after_step"].narrow(0, 0, used);
            Close.Absolutely(rows, table.Rows, 2e-5, $"rows after step {done.Step}");
        }
        var split = learner.Run(new SplitTokens(table), 0, settings.MergePass, Check, stop);
        learner.Run(split.MergeByMean(), settings.MergePass, settings.Passes, Check, stop);
        Close.Absolutely(golden["final_rows"].narrow(0, 0, used), table.Rows, 2e-5, "final rows");
        Assert.True(inspected > 0, "the recorded run has no steps");
        Assert.Equal(iterations.GetArrayLength(), draws.Steps);
        Assert.Equal(iterations.GetArrayLength(), inspected);
    }

    // Rows without a word in the prompt have no gradient but that of the contrast.
    void CheckTensors(string iteration, Tensor gradient, Tensor maps)
    {
        using var each = NewDisposeScope();
        Close.InLength(golden[$"{iteration}/grad_rows"].narrow(0, 0, gradient.shape[0]), gradient, 0.02, $"{iteration}: gradient of the rows");
        Close.OfWeights(golden.Stored($"{iteration}/wasser_maps"), maps[0], $"{iteration}: attention of the words");
    }

    static void CheckLosses(JsonElement expected, OptimizerStepDone done)
    {
        void Agree(string field, double actual, double share)
        {
            var value = expected.GetProperty(field).GetDouble();
            Assert.True(Math.Abs(value - actual) <= share * Math.Abs(value) + 1e-9, $"step {done.Step}, {field}: {actual} for {value}");
        }
        Agree("mse", done.Losses.Denoising, 1e-4);
        if (expected.TryGetProperty("contrastive", out _)) Agree("contrastive", done.Losses.Contrast, 1e-4);
        else Assert.Equal(0, done.Losses.Contrast);
        var alignment = expected.GetProperty("wasser").EnumerateArray().Sum(value => value.GetDouble()); // one value per word
        // A small value is of the order of exp(-distance / lambda) and magnifies the last digits of rows that have been trained.
        Assert.True(Math.Abs(alignment - done.Losses.Alignment) <= 1e-3 * alignment + 1e-9, $"step {done.Step}, wasser: {done.Losses.Alignment} for {alignment}");
        Agree("loss", done.Losses.Total, 1e-4);
        Agree("norm_returned", done.GradientNorm, 5e-3);
    }

    public void Dispose()
    {
        golden.Dispose();
        json.Dispose();
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
            var timestep = tensor(golden.Integers($"{iteration}/timesteps")[^1..], dtype: int64);
            return new TrainingDraw(golden[$"{iteration}/posterior_eps"], golden[$"{iteration}/noise"], timestep);
        }
    }
}
