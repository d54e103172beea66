using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Models;

/// <summary>Where and how to compute.</summary>
public sealed record ComputeSettings
{
    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; auto takes CUDA where there is some.</summary>
    /// <value>The default is auto.</value>
    public string Device { get; init; } = Devices.Auto;

    /// <summary>What UNet and autoencoder compute in.</summary>
    /// <value>The default is fp32.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Fp32;

    /// <summary>Threads of one operation; null for one per core.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>The threads that <see cref="Threads"/> means on this machine.</summary>
    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>The precision's word: fp32, bf16 or fp16.</summary>
    internal string PrecisionWord => Precision.ToString().ToLowerInvariant();
}
