using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Models;

/// <summary>Where and how to compute.</summary>
public sealed record ComputeSettings
{
    /// <summary>The device: <c>auto</c> (CUDA if available, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <value>The default is auto.</value>
    public string Device { get; init; } = Devices.Auto;

    /// <summary>Precision of UNet and autoencoder.</summary>
    /// <value>The default is fp32.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Fp32;

    /// <summary>Number of threads that one torch operation uses, 1 to 1024; null for one per core.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary><see cref="Threads"/>, or the number of cores if it is null.</summary>
    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>The name of the precision: fp32, bf16 or fp16.</summary>
    internal string PrecisionWord => Precision.ToString().ToLowerInvariant();
}
