using System.Text.Json;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Schedules;

public class ScheduleGoldenTests
{
    const double Tolerance = 1e-5;

    static GoldenFile Open() => GoldenFile.Open("components/schedulers.safetensors", committed: true);

    static ISampler Sampler(string caseName, NoiseSchedule schedule) => Regex.Match(caseName, "^[a-z]+").Value switch
    {
        "ddim" => new DdimSampler(schedule),
        "pndm" => new PndmSampler(schedule),
        "dpmpp" => new DpmSolverSampler(schedule),
        var other => throw new NotSupportedException($"the golden has a sampler {other}"),
    };

    static List<(string Name, NoiseSchedule Schedule)> Schedules(GoldenFile golden)
    {
        using var configs = JsonDocument.Parse(golden.Metadata["configs"]);
        return [.. configs.RootElement.EnumerateObject()
            .Select(config => (config.Name, new NoiseSchedule(config.Value.Deserialize<ScheduleConfig>()!.Validated(config.Name))))];
    }

    static List<(string Name, NoiseSchedule Schedule)> Cases(GoldenFile golden)
    {
        var cases = Schedules(golden).Where(each => golden.Has($"{each.Name}/timesteps")).ToList();
        Assert.NotEmpty(cases);
        return cases;
    }

    [Fact]
    public void Timesteps_EqualGolden()
    {
        using var golden = Open();
        foreach (var (name, schedule) in Cases(golden))
        {
            var expected = golden.Integers($"{name}/timesteps");
            Assert.Equal(expected, Sampler(name, schedule).Timesteps(Steps(name, expected)));
        }
    }

    // PNDM evaluates one timestep twice.
    static int Steps(string name, long[] timesteps) =>
        name.StartsWith("pndm", StringComparison.Ordinal) ? timesteps.Length - 1 : timesteps.Length;

    [Fact]
    public void EveryStep_EqualsGolden_WithTheGoldensModel()
    {
        using var scope = NewDisposeScope();
        using var golden = Open();
        var b = golden["base"];
        foreach (var (name, schedule) in Cases(golden))
        {
            var expected = golden.Stored($"{name}/latents");
            var compared = 0;
            Sampler(name, schedule).Sample(golden["x_T"], Steps(name, golden.Integers($"{name}/timesteps")), Fake, (done, x) =>
            {
                Close.InLength(expected[done], Close.FirstRows(expected[done], x), Tolerance, $"{name} step {done}");
                compared++;
            }, TestContext.Current.CancellationToken);
            Assert.Equal(expected.shape[0] - 1, compared);
        }
        Tensor Fake(Tensor x, long t) => 0.3 * x * Math.Cos(t / 100.0) + 0.2 * b;
    }

    [Fact]
    public void NoiseAndVelocity_EqualGolden()
    {
        using var scope = NewDisposeScope();
        using var golden = Open();
        Assert.SkipUnless(golden.Has("ddpm/x"), "the golden file has no noised latents");
        var schedules = Schedules(golden);
        var schedule = schedules.Find(each => each.Name == "ddpm").Schedule ?? schedules[0].Schedule;
        // Single precision: versions of torch differ by a unit or two in the last place.
        Close.InLength(golden.Stored("ddpm/betas"), tensor(schedule.Betas.ToArray()), 1e-6, "betas");
        Close.InLength(golden.Stored("ddpm/alphas_cumprod"), tensor(schedule.AlphaBars.ToArray()), 1e-6, "alpha bar");
        var (z0, epsilon, t) = (golden["ddpm/x"], golden["ddpm/noise"], golden.Stored("ddpm/t"));
        var (noisy, velocity) = (golden.Stored("ddpm/add_noise"), golden.Stored("ddpm/velocity"));
        Close.InLength(noisy, Close.FirstRows(noisy, schedule.AddNoise(z0, epsilon, t)), 1e-6, "noisy latents");
        Close.InLength(velocity, Close.FirstRows(velocity, schedule.Velocity(z0, epsilon, t)), 1e-6, "velocity");
    }
}
