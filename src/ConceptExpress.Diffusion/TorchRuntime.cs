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
    /// Two settings that native libraries take from the C environment as they load, which .NET's own copy of the environment does not reach on Unix.
    /// Whoever sets them outside keeps his choice. libtorch's logger, which must also be asked to look, warns on standard error about each small
    /// convolution on a processor that one of its backends does not know. OpenMP's threads wait for each other by spinning: where other programs
    /// use the cores too, that was measured to take five times as long as waiting asleep, which costs nothing where they do not.
    /// </summary>
#pragma warning disable CA2255 // must come before the first torch call of whoever uses this library
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static unsafe void PrepareNativeRuntime()
    {
        if (OperatingSystem.IsWindows()) return; // neither backend nor OpenMP are the same there
        _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", 0);
        _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);
        if (NativeLibrary.TryLoad("c10", typeof(torch).Assembly, null, out var c10) && NativeLibrary.TryGetExport(c10, "_ZN3c1011initLoggingEv", out var initLogging))
            ((delegate* unmanaged<void>)initLogging)();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
