using System.Runtime.InteropServices;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Tests;

public sealed class ExitCodeTests
{
    public static TheoryData<Exception, int> Failures => new()
    {
        { new UsageException("x"), 2 },
        { new SettingsException("x"), 2 },
        { new LearningDivergedException("x"), 6 },
        { new ResumableException("x"), 130 },
        { new OutputOccupiedException("x"), 2 },
        { new ImageException("x"), 3 },
        { new ConceptFolderException("x"), 3 },
        { new CheckpointException("x"), 4 },
        { new WeightMismatchException("unet", ["a"], [], []), 4 },
        { new OutputException("x"), 5 },
        { new OutOfMemoryException(), 5 },
        { new ExternalException(
            "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
            5 },
        { new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB"), 5 },
        { new MemoryShortageException("x", MemoryRemedy.None), 5 },
        { new OperationCanceledException(), 130 },
        { new ExternalException("The size of tensor a must match"), 1 },
        { new InvalidOperationException("x"), 1 },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void EachKindOfFailure_HasItsCode_AndOneLine(Exception failure, int code)
    {
        var error = new StringWriter();
        Assert.Equal(code, ExitCodes.Report(failure, error, verbose: false));
        Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public static TheoryData<Exception, string> Shortages => new()
    {
        { new MemoryShortageException("x.", MemoryRemedy.LowMemory), "x. Use --low-memory, or --ignore-estimate to try nevertheless." },
        { new MemoryShortageException("x.", MemoryRemedy.Bf16AndLowMemory),
            "x. Use --precision bf16 --low-memory, or --ignore-estimate to try nevertheless." },
        { new MemoryShortageException("x.", MemoryRemedy.Resolution, 256),
            "x. Use --resolution 256, or --ignore-estimate to try nevertheless." },
        { new MemoryShortageException("x.", MemoryRemedy.None), "x. Use --ignore-estimate to try nevertheless." },
        { new MemoryShortageException("x.", MemoryRemedy.LowMemory, resumable: true, inner: new OutOfMemoryException()),
            "x. Use --low-memory with --resume." },
        { new MemoryShortageException("x.", MemoryRemedy.None, resumable: true, inner: new OutOfMemoryException()),
            "x. To continue, run the same command with --resume." },
    };

    [Theory, MemberData(nameof(Shortages), DisableDiscoveryEnumeration = true)]
    public void AShortageOfMemory_NamesTheOptionThatHelps(Exception failure, string expected)
    {
        var error = new StringWriter();
        ExitCodes.Report(failure, error, verbose: false);
        Assert.Equal($"error: {expected}", error.ToString().Trim());
    }

    [Fact]
    public void Bug_IsCalledOne_AndTellsMoreWhenAsked()
    {
        var error = new StringWriter();
        ExitCodes.Report(Thrown(), error, verbose: true);
        Assert.Contains("this is a bug", error.ToString());
        Assert.Contains(nameof(InvalidOperationException), error.ToString());
        Assert.Contains(nameof(Thrown), error.ToString());
    }

    static Exception Thrown()
    {
        try
        {
            throw new InvalidOperationException("two\nlines");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}
