using System.Reflection;
using System.Runtime.InteropServices;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Runs;
using TorchSharp;

namespace ConceptExpress.Jobs.Health;

/// <summary>The versions that this release of ConceptExpress was made for.</summary>
static class VersionMap
{
    /// <summary>The version of libtorch. A test compares it with <c>Directory.Packages.props</c>.</summary>
    public const string LibTorch = "2.10.0";

    /// <summary>The version of CUDA in libtorch's CUDA packages.</summary>
    public const string Cuda = "12.8";

    /// <summary>
    /// The oldest driver that runs CUDA 12.8, by the compatibility of minor versions (NVIDIA's "CUDA compatibility"): 525.60 on Linux,
    /// 528.33 on Windows. Both report at least CUDA 12.0.
    /// </summary>
    public const int MinDriverCuda = 12;
}

/// <summary>The versions on this machine.</summary>
/// <param name="ConceptExpress">Our version.</param>
/// <param name="DotNet">The version of .NET.</param>
/// <param name="System">The operating system and its version.</param>
/// <param name="TorchSharp">The version of TorchSharp.</param>
/// <param name="LibTorch">The version of the libtorch that was loaded; null if it could not be loaded or does not tell.</param>
/// <param name="CudaRuntime">The version of CUDA's runtime; null if libtorch is the CPU's.</param>
/// <param name="CudaOfDriver">The newest CUDA that the graphics driver runs; null if there is no such driver.</param>
/// <param name="Driver">The version of the graphics driver; null if the system does not tell.</param>
sealed record VersionRecord(string ConceptExpress, string DotNet, string System, string TorchSharp, string? LibTorch, string? CudaRuntime,
    string? CudaOfDriver, string? Driver)
{
    const string DriverFile = "/sys/module/nvidia/version";

    /// <summary>Reads all versions. No function of TorchSharp is called, which fails without libtorch.</summary>
    /// <param name="libtorch">Whether libtorch can be loaded.</param>
    public static VersionRecord Read(bool libtorch) => new(
        Product.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription,
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? typeof(torch).Assembly.GetName().Version!.ToString(),
        libtorch ? OfLibTorch() : null, libtorch ? CudaDriver.RuntimeVersion() : null, CudaDriver.Version(),
        File.Exists(DriverFile) ? File.ReadAllText(DriverFile).Trim() : null);

    // libtorch's stable interface tells its version in the highest bytes of a number.
    static unsafe string? OfLibTorch()
    {
        if (!NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)
            || !NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var version))
            return null;
        var number = ((delegate* unmanaged<ulong>)version)();
        return $"{number >> 56}.{number >> 48 & 0xff}.{number >> 40 & 0xff}";
    }
}
