namespace ConceptExpress.Diffusion.Schedules;

/// <summary>Creates samplers by name.</summary>
static class Samplers
{
    /// <summary>
    /// The offset that Stable Diffusion's pipeline forces, whatever the scheduler's configuration says (published semantics 22).
    /// </summary>
    const int PipelineStepsOffset = 1;

    static readonly (string Name, Func<NoiseSchedule, ISampler> Create)[] All =
    [
        (DdimSampler.SamplerName, schedule => new DdimSampler(schedule)),
        (PndmSampler.SamplerName, schedule => new PndmSampler(schedule)),
        (DpmSolverSampler.SamplerName, schedule => new DpmSolverSampler(schedule)),
    ];

    /// <summary>All names for <see cref="ByName"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(sampler => sampler.Name)];

    /// <summary>Creates a sampler with the settings of Stable Diffusion's pipeline.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="schedule">The checkpoint's schedule.</param>
    /// <exception cref="ArgumentException">There is no sampler of that name.</exception>
    public static ISampler ByName(string name, NoiseSchedule schedule)
    {
        var create = Array.Find(All, sampler => sampler.Name == name).Create
            ?? throw new ArgumentException($"There is no sampler '{name}'; use one of {string.Join(", ", Names)}.", nameof(name));
        return create(new NoiseSchedule(schedule.Config with { StepsOffset = PipelineStepsOffset }));
    }
}
