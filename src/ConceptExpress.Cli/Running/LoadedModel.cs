using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Runs;
using TorchSharp;

namespace ConceptExpress.Cli.Running;

/// <summary>The checkpoint that a command works with, on its device, with the threads that were asked for.</summary>
sealed class LoadedModel : IDisposable
{
    const int SmallestSide = 32, LargestSide = 2048;

    readonly ComputeChoice compute;
    readonly string deviceName;
    readonly string location;

    /// <summary>Loads a checkpoint on the calling thread.</summary>
    /// <param name="model">A folder; null or <see cref="ModelStore.Embedded"/> for the one that comes with the program.</param>
    /// <param name="compute">Where and how to compute.</param>
    /// <param name="display">Is told of an unwise choice.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    /// <exception cref="UsageException">There is no such device.</exception>
    public LoadedModel(string? model, ComputeChoice compute, ProgressDisplay display)
    {
        this.compute = compute;
        var folder = ModelStore.Find(model);
        TorchRuntime.UseThreads(compute.Threads);
        var device = Devices.Resolve(compute.Device);
        if (device.type == DeviceType.CPU && compute.Precision == ComputePrecision.Fp16)
            display.Warn("processors compute fp16 very slowly; fp32 and bf16 are faster here.");
        Model = StableDiffusion.Load(folder, compute.Precision, device);
        (deviceName, location) = (device.ToString(), ModelStore.NameFor(model));
    }

    public StableDiffusion Model { get; }

    public ModelRecord Record => new(Model.Name, location, Model.Fingerprint(), compute.Precision.ToString().ToLowerInvariant());

    public RunRecord RunRecord(PhaseClock clock) =>
        new(CommandLineApp.Version, Machine.Describe(deviceName, compute.Threads), clock.Began, clock.Stop(), Machine.PeakMemoryBytes());

    /// <summary>The side to work at: the one asked for, or the trained one for 0.</summary>
    /// <exception cref="UsageException">The checkpoint cannot work at this side.</exception>
    public int Side(string option, int pixels)
    {
        var unit = Model.Downscale;
        if (pixels != 0 && pixels % unit != 0)
            throw new UsageException($"{option} {pixels} is not a multiple of {unit}, as {Model.Name} needs; try {Nearest(pixels, unit)}.");
        return pixels == 0 ? Model.TrainedResolution : pixels;
    }

    static int Nearest(int pixels, int unit) =>
        Math.Clamp((pixels + unit / 2) / unit * unit, (SmallestSide + unit - 1) / unit * unit, LargestSide / unit * unit);

    public void Dispose() => Model.Dispose();
}
