namespace ConceptExpress.Diffusion.Schedules;

/// <summary>The samplers, by name.</summary>
public static class Samplers
{
    /// <summary>What Stable Diffusion's pipeline sets, whatever the scheduler's configuration says (golden semantics 22).</summary>
    const int PipelineStepsOffset = 1;

    static readonly (string Name, Func<NoiseSchedule, ISampler> Create)[] All =
    [
        (DdimSampler.SamplerName, schedule => new DdimSampler(schedule)),
        (PndmSampler.SamplerName, schedule => new PndmSampler(schedule)),
        (DpmSolverSampler.SamplerName, schedule => new DpmSolverSampler(schedule)),
    ];

    /// <summary>The names that <see cref="ByName"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(sampler => sampler.Name)];

    /// <summary>A sampler as Stable Diffusion's pipeline would set it up.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="schedule">The checkpoint's.</param>
    /// <exception cref="ArgumentException">There is no sampler of that name.</exception>
    public static ISampler ByName(string name, NoiseSchedule schedule)
    {
        var create = Array.Find(All, sampler => sampler.Name == name).Create
            ?? throw new ArgumentException($"There is no sampler '{name}'; use one of {string.Join(", ", Names)}.", nameof(name));
        return create(new NoiseSchedule(schedule.Config with { StepsOffset = PipelineStepsOffset }));
    }
}
