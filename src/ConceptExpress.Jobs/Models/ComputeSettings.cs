using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Models;

/// <summary>Where and how to compute. All of it may change results by rounding errors.</summary>
public sealed record ComputeSettings
{
    /// <summary>
    /// The device: <c>auto</c> (the first CUDA device if there is one, else the CPU), <c>cpu</c>, <c>cuda</c> (the first CUDA device) or
    /// <c>cuda:N</c>, N from 0 to 99.
    /// </summary>
    /// <value>The default is <c>auto</c>.</value>
    public string Device { get; init; } = Devices.Auto;

    /// <summary>
    /// Precision of UNet and autoencoder, as <see cref="ComputePrecision"/> describes. Null chooses one when the job starts: on CUDA bf16,
    /// or fp16 if the device has no bf16; on the CPU fp32 if the job is expected to fit into the free memory, else bf16. Results name the
    /// one that was chosen.
    /// </summary>
    /// <value>The default is <see cref="ComputePrecision.Fp32"/>.</value>
    public ComputePrecision? Precision { get; init; } = ComputePrecision.Fp32;

    /// <summary>Number of threads that one torch operation uses, 1 to 1024; null for one per core.</summary>
    /// <value>The default is null.</value>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>
    /// Whether to run jobs that are expected not to fit into the free memory, or results that are expected not to fit onto the disk. If
    /// false, such a job is refused before its work.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IgnoreEstimate { get; init; }

    /// <summary><see cref="Threads"/>, or the number of cores if it is null.</summary>
    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>The name of the precision: fp32, bf16 or fp16; auto if none is chosen yet.</summary>
    internal string PrecisionWord => Precision?.ToString().ToLowerInvariant() ?? "auto";
}
