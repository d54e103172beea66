using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>Settings of the native runtime, for the whole process.</summary>
static partial class TorchRuntime
{
    /// <summary>
    /// Sets the number of threads per operation. Results depend on it in their last digits; the same count gives the same bytes.
    /// </summary>
    /// <param name="threads">Number of threads, at least 1; 0 for one per core.</param>
    public static void UseThreads(int threads) => set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);

    /// <summary>
    /// Sets two environment variables that native libraries read when they load. They read the C environment, and on Unix changes through
    /// .NET do not reach it. Values that are already set are kept.
    /// <list type="bullet">
    /// <item>TORCH_CPP_LOG_LEVEL: without it, libtorch warns on standard error about each small convolution on a processor that one of its
    /// backends does not know. The logger reads the variable only when it is initialised, which is also done here.</item>
    /// <item>OMP_WAIT_POLICY: by default OpenMP's threads spin while they wait for each other. If other programs use the cores, too,
    /// that was measured to take five times as long as sleeping. If they do not, sleeping costs nothing.</item>
    /// </list>
    /// </summary>
#pragma warning disable CA2255 // must run before the first torch call of any program that uses this library
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static unsafe void PrepareNativeRuntime()
    {
        if (OperatingSystem.IsWindows()) return; // backend and OpenMP differ there
        _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", 0);
        _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);
        if (NativeLibrary.TryLoad("c10", typeof(torch).Assembly, null, out var c10)
            && NativeLibrary.TryGetExport(c10, "_ZN3c1011initLoggingEv", out var initLogging))
            ((delegate* unmanaged<void>)initLogging)();
    }

    /// <summary>
    /// Returns memory that was freed to the system, where the C library keeps it (glibc). Without this, what learning has freed still
    /// counts while pictures are drawn: 1.4 GB at the size of Stable Diffusion 2.1 in fp32.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library)
            && NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            unsafe
            {
                ((delegate* unmanaged<nuint, int>)trim)(0);
            }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
