using ConceptExpress.Hub;
using ConceptExpress.Jobs.Models;
using TorchSharp;

namespace ConceptExpress.Jobs.Health;

/// <summary>Tells what can compute.</summary>
static class DeviceCheck
{
    /// <summary>The processor and the graphics cards.</summary>
    /// <param name="libtorch">Whether libtorch can be loaded. If not, cards are those of the driver.</param>
    /// <param name="compute">Threads of the processor.</param>
    public static IEnumerable<Finding> Findings(bool libtorch, ComputeSettings compute)
    {
        yield return Finding.Ok(HealthArea.Devices,
            $"the processor has {Environment.ProcessorCount} cores, of which an operation uses {compute.ThreadCount}");
        var cards = CudaDriver.Devices();
        foreach (var (number, card) in cards.Index())
            yield return Finding.Ok(HealthArea.Devices, $"cuda:{number} is {card.Name} with {ByteCount.Words(card.Bytes)}"
                + (card.FreeBytes is { } free ? $", of which {ByteCount.Words(free)} are free" : ""));
        if (libtorch && cards.Count > 0 && !Cuda.IsAvailable)
            yield return Finding.Warning(HealthArea.Devices, "there is a CUDA device, but libtorch does not use it",
                $"use libtorch's package for CUDA {VersionMap.Cuda} instead of the CPU's");
    }

    // A type of its own, so that nothing of TorchSharp is touched before it is needed.
    static class Cuda
    {
        public static bool IsAvailable => torch.cuda.is_available();
    }
}
