using ConceptExpress.Diffusion;

namespace ConceptExpress.Cli.Options;

/// <summary>Where and how to compute.</summary>
/// <param name="Device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
/// <param name="Precision">Of UNet and autoencoder.</param>
/// <param name="Threads">Of torch, at least 1.</param>
sealed record ComputeChoice(string Device, ComputePrecision Precision, int Threads);
