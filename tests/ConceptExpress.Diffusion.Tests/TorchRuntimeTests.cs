using System.Diagnostics;
using System.Reflection;
using TorchSharp;

namespace ConceptExpress.Diffusion.Tests;

public class TorchRuntimeTests
{
    [Fact]
    public void TorchSharp_IsThePreparedOne_WhoseMethodsHoldTheirArguments()
    {
        var modes = typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.True(modes is { IsJITOptimizerDisabled: true, IsJITTrackingEnabled: true },
            "the published TorchSharp.dll is loaded, not the copy of src/ConceptExpress.Diffusion/buildTransitive/TorchSharpPatches.cs");
    }
}
