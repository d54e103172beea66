using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Tests.Checkpoints;
using ConceptExpress.Testing;
using FsCheck;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Schedules;

public sealed class NoiseScheduleTests : IDisposable
{
    static readonly ScheduleConfig StableDiffusion = new()
    {
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = "scaled_linear",
        SetAlphaToOne = false,
        StepsOffset = 1,
    };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)(uint)seed);
        return randn(shape, generator: generator);
    }

    [Property(MaxTest = 30)]
    public void CleanOf_AndNoiseOf_UndoAddNoise(int seed, NonNegativeInt time, bool velocity)
    {
        using var scope = NewDisposeScope();
        var schedule = new NoiseSchedule(StableDiffusion with { Prediction = velocity ? "v_prediction" : "epsilon" });
        long timestep = time.Get % schedule.TrainTimesteps;
        var (z0, epsilon, t) = (Normal(seed, 1, 4, 5, 6), Normal(seed + 1, 1, 4, 5, 6), tensor(new[] { timestep }));

        var noisy = schedule.AddNoise(z0, epsilon, t);
        var output = velocity ? schedule.Velocity(z0, epsilon, t) : epsilon;
        // Where little of the signal is left, rounding errors are that much larger.
        var tolerance = 2e-6 / Math.Sqrt(schedule.AlphaBar(timestep));
        Close.Absolutely(z0, schedule.CleanOf(output, noisy, timestep), 8 * tolerance, "clean latent");
        Close.Absolutely(epsilon, schedule.NoiseOf(output, noisy, timestep), 8e-6, "noise");
    }

    [Fact]
    public void AddNoise_TreatsEachLatentOfABatchByItsOwnTimestep()
    {
        using var scope = NewDisposeScope();
        var schedule = new NoiseSchedule(StableDiffusion);
        var (z0, epsilon, t) = (Normal(1, 3, 4, 2, 5), Normal(2, 3, 4, 2, 5), tensor(new long[] { 0, 500, 999 }));
        var together = schedule.AddNoise(z0, epsilon, t);
        for (var i = 0; i < 3; i++)
            Assert.True(together[i].Equals(schedule.AddNoise(z0.narrow(0, i, 1), epsilon.narrow(0, i, 1), t.narrow(0, i, 1))[0]));
    }

    [Fact]
    public void AddNoise_AtLastTimestep_IsAlmostPureNoise()
    {
        using var scope = NewDisposeScope();
        var schedule = new NoiseSchedule(StableDiffusion);
        var (z0, epsilon) = (Normal(1, 1, 4, 8, 8), Normal(2, 1, 4, 8, 8));
        Close.InLength(epsilon, schedule.AddNoise(z0, epsilon, tensor(new[] { 999L })), 0.1, "last timestep");
        Close.InLength(z0, schedule.AddNoise(z0, epsilon, tensor(new[] { 0L })), 0.1, "first timestep");
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("scaled_linear")]
    [InlineData("squaredcos_cap_v2")]
    public void AlphaBars_FallWithinZeroAndOne(string formula)
    {
        var bars = new NoiseSchedule(new ScheduleConfig { BetaSchedule = formula }).AlphaBars;
        Assert.Equal(1000, bars.Count);
        Assert.InRange(bars[0], 0.9, 1);
        Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.True(pair.First > pair.Second && pair.Second >= 0));
    }

    [Fact]
    public void AlphaBars_OfTrainedBetas_AreTheirProducts()
    {
        var schedule = new NoiseSchedule(new ScheduleConfig { TrainTimesteps = 3, TrainedBetas = [0.5f, 0.25f, 0.5f] });
        Assert.Equal([0.5f, 0.375f, 0.1875f], schedule.AlphaBars);
    }

    [Fact]
    public void TheEnd_IsOneOrTheFirstAlphaBar()
    {
        Assert.Equal(1, new NoiseSchedule(StableDiffusion with { SetAlphaToOne = true }).AlphaBar(-5));
        var schedule = new NoiseSchedule(StableDiffusion);
        Assert.Equal(schedule.AlphaBar(0), schedule.AlphaBar(-1));
    }

    [Fact] // the numbers of diffusers' rescale_zero_terminal_snr for three betas of .1, .2, .5
    public void ZeroTerminalSnr_LeavesNothingOfTheSignal_AndTheFirstStepAsItIs()
    {
        var schedule = new NoiseSchedule(new ScheduleConfig
        {
            TrainTimesteps = 3,
            TrainedBetas = [0.1f, 0.2f, 0.5f],
            Prediction = "v_prediction",
            RescaleBetasToZeroSnr = true,
        });
        Assert.Equal(0, schedule.AlphaBars[2]);
        Assert.Equal(0.9, schedule.AlphaBars[0], 6);
        var (first, middle, last) = (Math.Sqrt(0.9), Math.Sqrt(0.72), Math.Sqrt(0.36));
        Assert.Equal(Math.Pow((middle - last) * first / (first - last), 2), schedule.AlphaBars[1], 6);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("pndm")]
    [InlineData("dpm++")]
    public void ZeroTerminalSnr_GivesFinitePictures(string name)
    {
        var schedule = new NoiseSchedule(StableDiffusion with { Prediction = "v_prediction", RescaleBetasToZeroSnr = true });
        using var scope = TorchSharp.torch.NewDisposeScope();
        var noise = TorchSharp.torch.linspace(-2, 2, 16).view(1, 4, 2, 2);
        var sampled = Samplers.ByName(name, schedule).Sample(noise, 12, (x, _) => 0.3 * x, stop: TestContext.Current.CancellationToken);
        Assert.True(sampled.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("epsilon", nameof(PredictionType.Noise))]
    [InlineData("v_prediction", nameof(PredictionType.Velocity))]
    public void Load_ReadsStableDiffusionsConfiguration(string prediction, string expected)
    {
        folder.Write("scheduler_config.json", $$"""
            {"_class_name":"DDIMScheduler","beta_start":0.00085,"beta_end":0.012,"beta_schedule":"scaled_linear","clip_sample":false,
            "num_train_timesteps":1000,"set_alpha_to_one":false,"steps_offset":1,"prediction_type":"{{prediction}}","trained_betas":null}
            """);
        var schedule = NoiseSchedule.Load(folder.Path);
        Assert.Equal(1000, schedule.TrainTimesteps);
        Assert.Equal(expected, schedule.PredictionType.ToString());
        Assert.Equal(new NoiseSchedule(StableDiffusion).AlphaBars, schedule.AlphaBars);
    }

    [Fact]
    public void Load_ReadsTheEmbeddedCheckpoint() =>
        Assert.Equal(1000, NoiseSchedule.Load(Path.Combine(TestFolders.Toybox, "scheduler")).TrainTimesteps);

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"_class_name":"DDIMScheduler"}""", true)]
    [InlineData("""{"_class_name":"PNDMScheduler"}""", false)]
    [InlineData("""{"_class_name":"PNDMScheduler","set_alpha_to_one":true}""", true)]
    public void Load_TakesTheDefaultEnd_OfTheSchedulersClass(string json, bool endsWithoutNoise)
    {
        folder.Write("scheduler_config.json", json);
        var schedule = NoiseSchedule.Load(folder.Path);
        Assert.Equal(endsWithoutNoise, schedule.Config.EndsWithoutNoise);
        Assert.Equal(0.0001f, schedule.Betas[0]);
        Assert.Equal(0.02f, schedule.Betas[^1]);
    }

    [Theory]
    [InlineData("""{"beta_schedule":"sigmoid"}""", "beta_schedule")]
    [InlineData("""{"beta_schedule":null}""", "beta_schedule")]
    [InlineData("""{"prediction_type":"sample"}""", "prediction_type")]
    [InlineData("""{"num_train_timesteps":0}""", "num_train_timesteps")]
    [InlineData("""{"num_train_timesteps":2000000000}""", "num_train_timesteps")]
    [InlineData("""{"num_train_timesteps":"many"}""", "num_train_timesteps")]
    [InlineData("""{"steps_offset":-1}""", "steps_offset")]
    [InlineData("""{"beta_end":1.5}""", "beta_end")]
    [InlineData("""{"beta_start":0}""", "beta_start")]
    [InlineData("""{"trained_betas":[0.1]}""", "trained_betas")]
    [InlineData("""{"num_train_timesteps":2,"trained_betas":[0.1,-1]}""", "trained_betas")]
    [InlineData("""{"rescale_betas_zero_snr":true}""", "rescale_betas_zero_snr")]
    [InlineData("""{"_class_name":"FlowMatchEulerDiscreteScheduler","shift":3.0}""", "flow matching")]
    [InlineData("""{"_class_name":"LCMScheduler"}""", "LCM")]
    [InlineData("""{""", "scheduler_config.json")]
    public void Load_OfAMalformedConfiguration_NamesFileAndField(string json, string field)
    {
        var path = folder.Write("scheduler_config.json", json);
        var message = Assert.Throws<CheckpointException>(() => NoiseSchedule.Load(folder.Path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(field, message);
    }
}
