using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using FsCheck;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Schedules;

public class SamplerTests
{
    static readonly NoiseSchedule Schedule = new(new ScheduleConfig
    {
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = "scaled_linear",
        SetAlphaToOne = true,
    });

    public static TheoryData<string> Names => [.. Samplers.Names];

    static Tensor Normal(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randn(shape, generator: generator);
    }

    // The best model of data that is one latent: it always finds the noise that leads back there.
    static Tensor NoiseTowards(Tensor z0, Tensor x, long t) =>
        (x - Math.Sqrt(Schedule.AlphaBar(t)) * z0) / Math.Sqrt(1 - Schedule.AlphaBar(t));

    [Theory]
    [InlineData("ddim", 1, 1e-3)]
    [InlineData("ddim", 10, 1e-3)]
    [InlineData("pndm", 50, 0.1)]
    [InlineData("dpm++", 10, 0.05)]
    public void Sample_WithAPerfectModel_EndsAtItsLatent(string name, int steps, double share)
    {
        using var scope = NewDisposeScope();
        var (z0, start) = (Normal(1, 1, 4, 6, 5), Normal(2, 1, 4, 6, 5));
        var sampler = Samplers.ByName(name, Schedule);
        var end = sampler.Sample(start, steps, (x, t) => NoiseTowards(z0, x, t), stop: TestContext.Current.CancellationToken);
        Close.InLength(z0, end, share, name);
    }

    [Theory, MemberData(nameof(Names))]
    public void Sample_LeavesNoTensorBehind_ButItsResult(string name)
    {
        using var scope = NewDisposeScope();
        var start = Normal(1, 1, 4, 3, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var sampler = Samplers.ByName(name, Schedule);
        using (var end = sampler.Sample(start, 12, (x, t) => 0.1 * x + 0.01 * x * x, stop: TestContext.Current.CancellationToken))
            Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal([1, 4, 3, 3], start.shape);
    }

    [Theory, MemberData(nameof(Names))]
    public void Sample_ThatIsCancelled_StopsAndLeavesNothing(string name)
    {
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var start = Normal(1, 1, 4, 3, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var done = 0;
        Assert.Throws<OperationCanceledException>(() => Samplers.ByName(name, Schedule).Sample(start, 10, (x, _) => x * 0.1, (step, _) =>
        {
            done = step;
            if (step == 3) stop.Cancel();
        }, stop.Token));
        Assert.Equal(3, done);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Property(MaxTest = 100)]
    public void Timesteps_Fall_WithinTheSchedule(PositiveInt count)
    {
        var steps = 1 + count.Get % (Schedule.TrainTimesteps - 1); // every sampler has as many
        foreach (var name in Samplers.Names)
        {
            var timesteps = Samplers.ByName(name, Schedule).Timesteps(steps);
            Assert.All(timesteps, t => Assert.InRange(t, 0, Schedule.TrainTimesteps - 1));
            var repeated = name == "pndm" && steps > 1 ? 1 : 0;
            Assert.Equal(steps + repeated, timesteps.Count);
            Assert.Equal(repeated, timesteps.Zip(timesteps.Skip(1)).Count(pair => pair.First == pair.Second));
            Assert.DoesNotContain(timesteps.Zip(timesteps.Skip(1)), pair => pair.First < pair.Second);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void AllPossibleSteps_GiveFiniteLatents(string name)
    {
        using var scope = NewDisposeScope();
        var few = new NoiseSchedule(Schedule.Config with { TrainTimesteps = 5 });
        var start = Normal(3, 1, 4, 2, 2);
        var most = Samplers.ByName(name, few).MaxSteps;
        Assert.InRange(most, 4, 5);
        for (var steps = 1; steps <= most; steps++)
        {
            var end = Samplers.ByName(name, few).Sample(start, steps, (x, _) => 0.5 * x, stop: TestContext.Current.CancellationToken);
            Assert.True(end.isfinite().all().item<bool>());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Timesteps_RefuseTooFewAndTooMany(string name)
    {
        var sampler = Samplers.ByName(name, Schedule);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Timesteps(0));
        Assert.NotEmpty(sampler.Timesteps(sampler.MaxSteps));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Timesteps(sampler.MaxSteps + 1));
    }

    [Fact]
    public void ByName_SetsTheOffsetOfThePipeline()
    {
        Assert.Equal(1, Samplers.ByName("ddim", Schedule).Timesteps(50)[^1]);
        Assert.Equal(0, new DdimSampler(Schedule).Timesteps(50)[^1]);
    }

    [Fact]
    public void ByName_OfAnUnknownSampler_NamesTheKnownOnes()
    {
        var message = Assert.Throws<ArgumentException>(() => Samplers.ByName("euler", Schedule)).Message;
        Assert.All(Samplers.Names, name => Assert.Contains(name, message));
    }
}
