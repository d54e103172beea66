using System.Runtime.InteropServices;
using System.Text;

namespace ConceptExpress.Jobs.Models;

/// <summary>A graphics card.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its memory.</param>
/// <param name="FreeBytes">Its free memory; null if that cannot be told.</param>
/// <param name="Capability">Its compute capability, such as 9.0.</param>
sealed record CudaDevice(string Name, long Bytes, long? FreeBytes, Version Capability)
{
    // The first generation that computes in bf16 (Ampere).
    static readonly Version FirstWithBf16 = new(8, 0);

    /// <summary>Whether the card computes in bf16.</summary>
    public bool HasBf16 => Capability >= FirstWithBf16;
}

/// <summary>Asks NVIDIA's driver what TorchSharp does not tell: versions, and names and memory of cards.</summary>
/// <remarks>Written after the documentation of CUDA's driver interface. Without a driver, there are no cards.</remarks>
static unsafe class CudaDriver
{
    const int Major = 75, Minor = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_...
    const int MaxName = 256;

    static readonly string[] RuntimeNames = OperatingSystem.IsWindows()
        ? ["cudart64_12.dll", "cudart64_13.dll"] : ["libcudart.so.12", "libcudart.so.13", "libcudart.so"];

    /// <summary>The newest version of CUDA that the driver runs; null without a driver.</summary>
    public static string? Version() =>
        Function("cuDriverGetVersion") is { } version && VersionBy(version) is { } number ? number : null;

    /// <summary>The version of CUDA's runtime library; null if it is not there.</summary>
    public static string? RuntimeVersion()
    {
        foreach (var name in RuntimeNames)
            if (NativeLibrary.TryLoad(name, typeof(TorchSharp.torch).Assembly, null, out var library)
                && NativeLibrary.TryGetExport(library, "cudaRuntimeGetVersion", out var version))
                return VersionBy(version);
        return null;
    }

    /// <summary>The cards that programs may use, in the order of their numbers.</summary>
    public static IReadOnlyList<CudaDevice> Devices()
    {
        if (Function("cuInit") is not { } init || ((delegate* unmanaged<uint, int>)init)(0) != 0) return [];
        int count;
        if (((delegate* unmanaged<int*, int>)Function("cuDeviceGetCount")!.Value)(&count) != 0) return [];
        return [.. Enumerable.Range(0, count).Select(Describe)];
    }

    static CudaDevice Describe(int number)
    {
        int device;
        nuint bytes;
        var name = stackalloc byte[MaxName];
        ((delegate* unmanaged<int*, int, int>)Function("cuDeviceGet")!.Value)(&device, number);
        ((delegate* unmanaged<byte*, int, int, int>)Function("cuDeviceGetName")!.Value)(name, MaxName, device);
        ((delegate* unmanaged<nuint*, int, int>)Function("cuDeviceTotalMem_v2")!.Value)(&bytes, device);
        return new CudaDevice(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), (long)bytes, Free(device),
            new Version(Attribute(device, Major), Attribute(device, Minor)));
    }

    // Free memory can be asked only within a context; the primary one is torch's, too.
    static long? Free(int device)
    {
        nint context;
        nuint free, total;
        if (((delegate* unmanaged<nint*, int, int>)Function("cuDevicePrimaryCtxRetain")!.Value)(&context, device) != 0) return null;
        ((delegate* unmanaged<nint, int>)Function("cuCtxPushCurrent_v2")!.Value)(context);
        var failed = ((delegate* unmanaged<nuint*, nuint*, int>)Function("cuMemGetInfo_v2")!.Value)(&free, &total) != 0;
        ((delegate* unmanaged<nint*, int>)Function("cuCtxPopCurrent_v2")!.Value)(&context);
        ((delegate* unmanaged<int, int>)Function("cuDevicePrimaryCtxRelease_v2")!.Value)(device);
        return failed ? null : (long)free;
    }

    static int Attribute(int device, int attribute)
    {
        int value;
        ((delegate* unmanaged<int*, int, int, int>)Function("cuDeviceGetAttribute")!.Value)(&value, attribute, device);
        return value;
    }

    // 12080 is 12.8.
    static string? VersionBy(nint function)
    {
        int number;
        return ((delegate* unmanaged<int*, int>)function)(&number) == 0 && number > 0 ? $"{number / 1000}.{number % 1000 / 10}" : null;
    }

    static nint? Function(string name) =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var library)
            && NativeLibrary.TryGetExport(library, name, out var function) ? function : null;
}
