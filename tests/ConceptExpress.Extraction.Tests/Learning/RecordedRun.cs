using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>A training run of the golden suite: what went in, and what came out of every step.</summary>
sealed class RecordedRun : IDisposable
{
    readonly GoldenFile golden;
    readonly JsonDocument json;
    readonly LearningSettings settings;
    readonly LossSettings losses;
    readonly bool[] flips;

    /// <param name="path">From the run's file name to its path.</param>
    public RecordedRun(Func<string, string> path)
    {
        golden = GoldenFile.At(path("training.safetensors"));
        json = JsonDocument.Parse(File.ReadAllText(path("training.json")));
        var config = json.RootElement.GetProperty("config");
        settings = new LearningSettings
        {
            Passes = config.GetProperty("steps").GetInt32(),
            MergePass = config.GetProperty("merge").GetInt32(),
            SplitTokens = config.GetProperty("split").GetInt32(),
            Start = new LateWords { Placeholders = config.GetProperty("assets").GetInt32() },
        };
        losses = new LossSettings
        {
            AlignmentWeight = config.GetProperty("lam").GetDouble(),
            ContrastWeight = config.GetProperty("con")
            .GetDouble()
        };
        flips = [.. json.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("flip").GetBoolean())];
    }

    /// <summary>(n,h,w), 0 or 1, of the upright picture.</summary>
    public Tensor Masks => Upright(golden["masks"]);

    /// <summary>(n,h,w), of the upright picture.</summary>
    public Tensor Features => Upright(golden["features"].view(golden.Shape("masks").ToArray()));

    // The file holds what was found in the picture as the first step saw it (the suite's README, "Frames", and semantics 10).
    Tensor Upright(Tensor maps) => flips[0] ? maps.flip(2) : maps;

    /// <summary>Trains with the recorded random numbers and compares every step.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="target">The recorded picture.</param>
    /// <param name="anew">Begin again before every pass: with another learner, and a copy of what was reached.</param>
    /// <param name="stop">Cancels.</param>
    public void Follow(StableDiffusion model, LearningTarget target, bool anew, CancellationToken stop)
    {
        var begin = TokenTable.Begin(model, target.Concepts, settings, seed: 0, []);
        CheckRows("rows_init", begin, 0);
        var (inspected, reported) = (0, 0);
        ConceptLearner NewLearner() => new(model, target, settings, losses, new RecordedDraws(golden, flips))
        {
            Inspect = (gradient, maps) => CheckTensors($"iter{inspected++:00}", gradient, maps),
        };
        var iterations = json.RootElement.GetProperty("iterations");
        void Check(OptimizerStepDone done)
        {
            Assert.Equal(reported++, done.Step);
            CheckLosses(iterations[done.Step], done);
        }
        var learner = NewLearner();
        TState Pass<TState>(TState state, Func<TState, TState> pass) where TState : LearningState
        {
            if (anew)
            {
                learner = NewLearner();
                state = state with { Rows = [.. state.Rows], First = [.. state.First], Second = [.. state.Second] };
            }
            var reached = pass(state);
            CheckRows($"iter{reached.Step - 1:00}/rows_after_step", reached, 2e-5);
            return reached;
        }
        // The published code never merges where the step is not between the first and the last.
        var merges = settings.MergePass > 0 && settings.MergePass < settings.Passes;
        var split = begin;
        while (split.Pass < (merges ? settings.MergePass : settings.Passes)) split = Pass(split, state => learner.Pass(state, Check, stop));
        LearningState last = split;
        if (merges)
        {
            var merged = split.MergeByMean();
            while (merged.Pass < settings.Passes) merged = Pass(merged, state => learner.Pass(state, Check, stop));
            last = merged;
        }
        CheckRows("final_rows", last, 2e-5);
        Assert.True(inspected > 0, "the recorded run has no steps");
        Assert.Equal(iterations.GetArrayLength(), inspected);
        Assert.Equal(iterations.GetArrayLength(), reported);
        golden.SomeMatching(@"iter\d+/rows_after_step");
    }

    // The reference has placeholders that nothing uses, and keeps the rows of split tokens after the merge.
    void CheckRows(string key, LearningState state, double tolerance)
    {
        if (!golden.Has(key)) return;
        using var each = NewDisposeScope();
        var rows = tensor(state.Rows).view(-1, state.Width);
        Close.Absolutely(golden.Stored(key).narrow(0, 0, rows.shape[0]), rows, tolerance, key);
    }

    // Rows without a word in the prompt have no gradient but that of the contrast.
    void CheckTensors(string iteration, Tensor gradient, Tensor maps)
    {
        using var each = NewDisposeScope();
        if (golden.Has($"{iteration}/grad_rows"))
            Close.InLength(golden.Stored($"{iteration}/grad_rows").narrow(0, 0, gradient.shape[0]), gradient, 0.02,
                $"{iteration}: gradient of the rows");
        if (!golden.Has($"{iteration}/wasser_maps")) return;
        var expected = golden.Stored($"{iteration}/wasser_maps");
        Close.OfWeights(expected, Close.FirstRows(expected, maps[0]), $"{iteration}: attention of the words");
    }

    // A loss of weight 0 is recorded in the reference, and left out here.
    void CheckLosses(JsonElement expected, OptimizerStepDone done)
    {
        void Agree(string field, double actual, double share)
        {
            if (!expected.TryGetProperty(field, out var recorded)) return;
            var value = recorded.GetDouble();
            Assert.True(Math.Abs(value - actual) <= share * Math.Abs(value) + 1e-9, $"step {done.Step}, {field}: {actual} for {value}");
        }
        Agree("mse", done.Losses["denoising"], 1e-4);
        if (expected.TryGetProperty("contrastive", out _) && losses.ContrastWeight > 0) Agree("contrastive", done.Losses["contrast"], 1e-4);
        else Assert.DoesNotContain(done.Losses.Terms, term => term.Key == "contrast");
        var alignment = expected.GetProperty("wasser").EnumerateArray().Sum(value => value.GetDouble()); // one value per word
        // A small value is of the order of exp(-distance / lambda) and magnifies the last digits of rows that have been trained.
        var found = done.Losses["alignment"];
        if (losses.AlignmentWeight > 0)
            Assert.True(Math.Abs(alignment - found) <= 1e-3 * alignment + 1e-9, $"step {done.Step}, wasser: {found} for {alignment}");
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
        public IPassDraws OfPass(int pass, int step) => new Pass(golden, flips[pass], step);

        sealed class Pass(GoldenFile golden, bool flip, int step) : IPassDraws
        {
            public bool Flip() => flip;

            public int[] Choose(int count, int concepts) => throw new InvalidOperationException("the recorded joint prompt fits");

            public TrainingDraw Next(long[] shape, int timesteps, Device device)
            {
                var iteration = $"iter{step++:00}";
                Tensor Last(string key) => golden[$"{iteration}/{key}"][^1..];
                var timestep = tensor(golden.Integers($"{iteration}/timesteps")[^1..], dtype: int64);
                return new TrainingDraw(Last("posterior_eps"), Last("noise"), timestep);
            }

            public void Dispose() { }
        }
    }
}
