using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Extraction;
using ConceptExpress.Hub;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>A change with which a job may fit into memory.</summary>
enum MemoryRemedy
{
    /// <summary>No change helps, or none is known.</summary>
    None,

    /// <summary>Fewer noised latents at once (<see cref="Extraction.Learning.LearningSettings.AtOnce"/>).</summary>
    LowMemory,

    /// <summary>bf16 in place of a larger type.</summary>
    Bf16,

    /// <summary>bf16, and fewer noised latents at once.</summary>
    Bf16AndLowMemory,

    /// <summary>A smaller resolution.</summary>
    Resolution,
}

/// <summary>
/// A job does not fit into memory, or ran out of it. The message is one sentence: how much is needed and free, and what to change.
/// </summary>
/// <param name="message">The sentence. It names settings as files do.</param>
/// <param name="remedy">What to change.</param>
/// <param name="resolution">The resolution of <see cref="MemoryRemedy.Resolution"/>, in pixels.</param>
/// <param name="resumable">Whether progress is kept from which the job can be resumed.</param>
/// <param name="inner">The exception behind it; null, the default, if there is none.</param>
sealed class MemoryShortageException(
    string message, MemoryRemedy remedy, int? resolution = null, bool resumable = false, Exception? inner = null)
    : Exception(OneLine.Of(message), inner)
{
    /// <summary>What to change.</summary>
    public MemoryRemedy Remedy => remedy;

    /// <summary>A resolution with which the job would fit, in pixels; null if it is not the remedy.</summary>
    public int? Resolution => resolution;

    /// <summary>Whether progress is kept from which the job can be resumed.</summary>
    public bool Resumable => resumable;

    /// <summary>Whether the job was refused before its work, so that it can be insisted on.</summary>
    public bool IsRefusal => InnerException is null;
}

/// <summary>How much memory a job needs, as a function of what can be changed.</summary>
/// <param name="Of">
/// Returns the need with a precision, with or without fewer latents at once, at a resolution (null for the job's own).
/// </param>
/// <param name="Resolutions">Smaller resolutions that could be tried, largest first; empty if there are none.</param>
sealed record MemoryNeed(Func<CheckpointShape, ComputePrecision, bool, int?, MemoryEstimate> Of,
    Func<CheckpointShape, IReadOnlyList<int>> Resolutions)
{
    /// <summary>The need of drawing a picture of the size that a checkpoint was trained on.</summary>
    public static MemoryNeed OfDrawing { get; } = OfPicture(new GenerationSettings { Prompt = "" });

    /// <summary>The need of drawing a picture.</summary>
    /// <param name="settings">Its settings, of which only the size counts.</param>
    public static MemoryNeed OfPicture(GenerationSettings settings) =>
        new((shape, precision, _, _) => MemoryEstimate.OfGeneration(shape, precision, settings), _ => []);

    /// <summary>The need of an extraction.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="previews">Its previews; null if concepts are only located.</param>
    public static MemoryNeed OfExtraction(ExtractionSettings settings, PreviewSettings? previews) => new(
        (shape, precision, low, resolution) => MemoryEstimate.OfExtraction(shape, precision, settings with
        {
            Resolution = resolution ?? settings.Resolution,
            Learning = low ? settings.Learning with { AtOnce = 1 } : settings.Learning,
        }, previews),
        shape =>
        {
            List<int> smaller = [];
            var (unit, now) = (shape.Vae.Downscale << (shape.Unet.Levels - 1), settings.Resolution ?? shape.TrainedResolution);
            for (var side = now * 3 / 4 / unit * unit; side >= SettingsCheck.MinSide && side >= now / 4; side -= unit) smaller.Add(side);
            return smaller;
        });
}

/// <summary>Compares the need of a job with the memory that is free.</summary>
static class MemoryCheck
{
    // Of a card that does not tell: more than any has, and little enough to be added to.
    const long Unknown = long.MaxValue / 2;

    /// <summary>
    /// Chooses a precision: on graphics cards bf16 where they have it, else fp16; on processors fp32 if it fits, else bf16.
    /// </summary>
    public static ComputePrecision Choose(CheckpointShape shape, MemoryNeed need, Device device, MachineProbe machine) =>
        device.type == DeviceType.CUDA
            ? CudaDriver.Devices().ElementAtOrDefault(device.index) is { HasBf16: false } ? ComputePrecision.Fp16 : ComputePrecision.Bf16
            : Fits(need.Of(shape, ComputePrecision.Fp32, false, null), Free(device, machine)) ? ComputePrecision.Fp32
            : ComputePrecision.Bf16;

    /// <summary>Checks that a job fits.</summary>
    /// <param name="shape">The checkpoint.</param>
    /// <param name="precision">The type that it computes in.</param>
    /// <param name="need">The need of the job.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="machine">Tells what is free.</param>
    /// <param name="isLoaded">Whether the checkpoint is in memory already.</param>
    /// <exception cref="MemoryShortageException">It does not fit. The message says what would.</exception>
    public static void Require(CheckpointShape shape, ComputePrecision precision, MemoryNeed need, Device device, MachineProbe machine,
        bool isLoaded)
    {
        var (wanted, free) = (need.Of(shape, precision, false, null), Free(device, machine));
        // What the process has taken so far is not free, but it need not be taken again.
        var there = device.type == DeviceType.CPU
            ? isLoaded ? Environment.WorkingSet : Math.Min(Environment.WorkingSet, (long)wanted.Runtime)
            : isLoaded ? (long)wanted.Weights : 0;
        if (Fits(wanted, free + there)) return;
        var place = device.type == DeviceType.CPU ? "memory" : "the graphics card's memory";
        var (remedy, resolution) = Remedy(shape, precision, need, free + there);
        throw new MemoryShortageException($"this needs about {ByteCount.Words(wanted.Peak)} of {place}, but only "
            + $"{ByteCount.Words(free + there)} are free; {Sentence(remedy, resolution)}.", remedy, resolution);
    }

    /// <summary>The change with which a job that does not fit would.</summary>
    public static (MemoryRemedy Remedy, int? Resolution) Remedy(
        CheckpointShape shape, ComputePrecision precision, MemoryNeed need, long free)
    {
        if (Fits(need.Of(shape, precision, true, null), free)) return (MemoryRemedy.LowMemory, null);
        if (Fits(need.Of(shape, ComputePrecision.Bf16, false, null), free)) return (MemoryRemedy.Bf16, null);
        if (Fits(need.Of(shape, ComputePrecision.Bf16, true, null), free)) return (MemoryRemedy.Bf16AndLowMemory, null);
        foreach (var resolution in need.Resolutions(shape))
            if (Fits(need.Of(shape, precision, false, resolution), free)) return (MemoryRemedy.Resolution, resolution);
        return (MemoryRemedy.None, null);
    }

    /// <summary>What to change, as a part of a sentence that names settings.</summary>
    public static string Sentence(MemoryRemedy remedy, int? resolution) => remedy switch
    {
        MemoryRemedy.LowMemory => "with learning.atOnce 1 it would fit",
        MemoryRemedy.Bf16 => "with precision bf16 it would fit",
        MemoryRemedy.Bf16AndLowMemory => "with precision bf16 and learning.atOnce 1 it would fit",
        MemoryRemedy.Resolution => $"with resolution {resolution} it would fit",
        _ => "end other programs, or use a smaller checkpoint or a machine with more memory",
    };

    static bool Fits(MemoryEstimate estimate, long free) => estimate.Peak <= free;

    static long Free(Device device, MachineProbe machine) => device.type == DeviceType.CUDA
        ? CudaDriver.Devices().ElementAtOrDefault(device.index)?.FreeBytes ?? Unknown
        : machine.FreeMemory();
}
