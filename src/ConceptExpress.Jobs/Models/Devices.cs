using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Models;

/// <summary>What a device's name means on this machine.</summary>
public static partial class Devices
{
    public const string Auto = "auto", Cpu = "cpu";

    /// <summary>What <see cref="Resolve"/> takes, in words.</summary>
    public const string Expected = "auto, cpu, cuda or cuda:N";

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="SettingsException">There is no such device.</exception>
    public static Device Resolve(string name)
    {
        SettingsCheck.Rule(IsName(name), $"device is '{name}'; it takes {Expected}.");
        if (name == Cpu || name == Auto && !cuda.is_available()) return device(Cpu);
        var index = name.Split(':') is [_, var number] ? int.Parse(number) : 0;
        SettingsCheck.Rule(cuda.is_available(), $"device {name} cannot be used: torch sees no CUDA device here; take cpu.");
        SettingsCheck.Rule(index < cuda.device_count(), $"device {name} cannot be used: the last CUDA device here is cuda:{cuda.device_count() - 1}.");
        return device($"cuda:{index}");
    }

    [GeneratedRegex(@"^(auto|cpu|cuda(:[0-9]{1,2})?)\z")]
    private static partial Regex Name();
}
