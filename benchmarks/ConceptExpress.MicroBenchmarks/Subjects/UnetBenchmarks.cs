using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Library.Models;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks.Subjects;

// Shapes: h x w latent grid, M text positions, E text width

/// <summary>
/// The UNet of the embedded checkpoint in fp32, at its trained size (24x24 cells), for one picture. In two parts: one evaluation, and an
/// evaluation with the gradient with respect to the text, which is what a learning step needs of the UNet (its weights are frozen).
/// The floor is one square matrix product of as many multiplications (<see cref="UnetOperations"/> counts them), its side rounded: what
/// libtorch can do on this processor if nothing but arithmetic counts. It is a yardstick rather than a bound: libtorch multiplies matrices
/// by one library and convolves by another, which may use the processor better.
/// </summary>
[Description("UNet step")]
[MemoryDiagnoser]
public class UnetBenchmarks
{
    const string Forward = "forward", Both = "forward and backward";
    const long Timestep = 500;

    readonly TorchState state = new();
    StableDiffusion? model;
    Tensor? latent, timestep, context, ofForward, ofBoth;

    /// <summary>Loads the checkpoint, and counts the multiplications of a step.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        TorchRuntime.UseThreads(MicroConfig.TorchThreads);
        using var random = new RandomStream(1, "a step");
        model = state.Keep(StableDiffusion.Load(EmbeddedModels.Find("toybox")));
        var side = model.TrainedResolution / model.Downscale;
        latent = state.Keep(random.Normal([1, model.UnetConfig.InChannels, side, side], CPU));
        timestep = state.Keep(full([1], Timestep, dtype: int64));
        context = state.Keep(random.Normal([1, model.PromptPositions, model.WordWidth], CPU)).requires_grad_();
        var operations = UnetOperations.Of(model.Unet, latent, timestep, new TextConditioning(context));
        ofForward = state.Keep(Square(operations.Forward, random));
        ofBoth = state.Keep(Square(operations.Forward + operations.Backward, random));
    }

    /// <summary>Frees the checkpoint.</summary>
    [GlobalCleanup]
    public void CleanUp() => state.Dispose();

    /// <summary>Floor of an evaluation.</summary>
    [Benchmark(Baseline = true, Description = "floor: one matrix product (forward)"), BenchmarkCategory(Forward)]
    public void ProductOfForward() => ofForward!.mm(ofForward).Dispose();

    /// <summary>An evaluation.</summary>
    [Benchmark(Description = "UNet forward"), BenchmarkCategory(Forward)]
    public void Evaluate()
    {
        using var noGrad = no_grad();
        model!.Unet.call(latent!, timestep!, new TextConditioning(context!)).Dispose();
    }

    /// <summary>Floor of an evaluation with its gradient.</summary>
    [Benchmark(Baseline = true, Description = "floor: one matrix product (forward and backward)"), BenchmarkCategory(Both)]
    public void ProductOfBoth() => ofBoth!.mm(ofBoth).Dispose();

    /// <summary>An evaluation with its gradient.</summary>
    [Benchmark(Description = "UNet forward and backward to the text"), BenchmarkCategory(Both)]
    public void EvaluateWithGradient()
    {
        using var scope = NewDisposeScope();
        var loss = model!.Unet.call(latent!, timestep!, new TextConditioning(context!)).square().mean();
        autograd.grad([loss], [context!]);
    }

    /// <summary>Returns a square matrix whose product with itself has this many multiplications.</summary>
    static Tensor Square(double multiplications, RandomStream random)
    {
        var side = (long)Math.Round(Math.Cbrt(multiplications));
        return random.Normal([side, side], CPU);
    }
}
