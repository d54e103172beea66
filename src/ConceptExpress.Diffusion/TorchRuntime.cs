using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>Settings of the native runtime that hold for the whole process.</summary>
public static partial class TorchRuntime
{
    /// <summary>Threads of one operation. Results depend on it in the last digits: the same count gives the same bytes.</summary>
    /// <param name="threads">At least 1; 0 for one per core.</param>
    public static void UseThreads(int threads) => set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);

    /// <summary>
    /// libtorch warns on standard error about each small convolution on a processor that one of its backends does not know. Its logger
    /// takes a level from the C environment, which .NET's own copy of the environment does not reach on Unix, and only when asked to.
    /// </summary>
#pragma warning disable CA2255 // must come before the first torch call of whoever uses this library
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static unsafe void QuietenNativeWarnings()
    {
        if (OperatingSystem.IsWindows()) return; // built there without that backend
        _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", 0);
        if (NativeLibrary.TryLoad("c10", typeof(torch).Assembly, null, out var c10) && NativeLibrary.TryGetExport(c10, "_ZN3c1011initLoggingEv", out var initLogging))
            ((delegate* unmanaged<void>)initLogging)();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
