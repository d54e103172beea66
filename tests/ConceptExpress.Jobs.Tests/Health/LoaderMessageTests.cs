using ConceptExpress.Jobs.Health;

namespace ConceptExpress.Jobs.Tests.Health;

/// <summary>Messages as the loaders of three systems write them.</summary>
public sealed class LoaderMessageTests
{
    const string Preamble = "Unable to load shared library 'torch_cpu' or one of its dependencies. In order to help diagnose loading "
        + "problems, consider using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment variable: \n";

    [Theory]
    [InlineData("libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory\n"
        + "/opt/app/libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
        + "libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
        + "torch_cpu: cannot open shared object file: No such file or directory\n", "needs libgomp-98b21ff3.so.1, which is missing")]
    [InlineData("/opt/app/libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
        + "/opt/app/torch_cpu: cannot open shared object file: No such file or directory\n", "torch_cpu is missing")]
    [InlineData("/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /opt/app/libtorch_cpu.so)\n",
        "libstdc++.so.6 is older than it needs (GLIBCXX_3.4.32)")]
    [InlineData("/opt/app/libtorch_cpu.so: file too short\n", "libtorch_cpu.so is damaged or of another kind of machine (file too short)")]
    [InlineData("/opt/app/libtorch_cpu.so: undefined symbol: _ZN3c104implE\n", "undefined symbol: _ZN3c104implE")]
    [InlineData("dlopen(/opt/app/libtorch_cpu.dylib, 0x0001): Library not loaded: @rpath/libomp.dylib\n  Referenced from: <0> "
        + "/opt/app/libtorch_cpu.dylib\n  Reason: tried: '/opt/app/libomp.dylib' (no such file)", "needs libomp.dylib, which is missing")]
    [InlineData("The specified module could not be found. (0x8007007E)", "it or a library that it needs is missing")]
    public void TheCause_IsNamed(string lines, string expected)
    {
        var read = LoaderMessage.Read("torch_cpu", Preamble + lines, "the package libtorch-cpu");
        Assert.Contains(expected, read.What, StringComparison.Ordinal);
        Assert.NotEmpty(read.Todo);
    }
}
