using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Models;

/// <summary>Finds the devices of this machine by name.</summary>
static partial class Devices
{
    /// <summary>Names of devices: <c>auto</c> is CUDA if it is available, else the CPU.</summary>
    public const string Auto = "auto", Cpu = "cpu";

    /// <summary>The names that <see cref="Resolve"/> accepts, for messages.</summary>
    public const string Expected = "auto, cpu, cuda or cuda:N";

    /// <summary>Whether the text has the form of a device name. The device need not exist.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Returns the device with this name.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> (the first CUDA device) or <c>cuda:N</c>, N from 0 to 99.</param>
    /// <exception cref="SettingsException">The name is invalid, or this machine has no such device.</exception>
    public static Device Resolve(string name)
    {
        SettingsCheck.Rule(IsName(name), $"device is '{name}'; use {Expected}.");
        if (name == Cpu || name == Auto && !cuda.is_available()) return device(Cpu);
        var index = name.Split(':') is [_, var number] ? int.Parse(number) : 0;
        SettingsCheck.Rule(cuda.is_available(),
            $"device {name} is not available, because torch finds no CUDA device on this machine; use cpu.");
        SettingsCheck.Rule(index < cuda.device_count(),
            $"device {name} is not available; the last CUDA device on this machine is cuda:{cuda.device_count() - 1}.");
        return device($"cuda:{index}");
    }

    /// <summary>Whether <see cref="Resolve"/> would accept a name on this machine.</summary>
    public static bool IsAvailable(string name)
    {
        try
        {
            Resolve(name);
            return true;
        }
        catch (SettingsException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(auto|cpu|cuda(:[0-9]{1,2})?)\z")]
    private static partial Regex Name();
}
