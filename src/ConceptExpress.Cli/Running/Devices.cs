using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Cli.Running;

/// <summary>What <c>--device</c> means on this machine.</summary>
static class Devices
{
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="UsageException">There is no such device.</exception>
    public static Device Resolve(string name)
    {
        if (name == "cpu" || name == "auto" && !cuda.is_available()) return device("cpu");
        var index = name.Split(':') is [_, var number] ? int.Parse(number) : 0;
        if (!cuda.is_available()) throw new UsageException($"--device {name} cannot be used: torch sees no CUDA device here; use --device cpu.");
        if (index >= cuda.device_count()) throw new UsageException($"--device {name} cannot be used: the last CUDA device here is cuda:{cuda.device_count() - 1}.");
        return device($"cuda:{index}");
    }
}
