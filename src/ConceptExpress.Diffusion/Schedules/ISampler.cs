using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>A way from noise to a clean latent. Samplers hold no state between runs.</summary>
public interface ISampler
{
    /// <summary>The name by which <see cref="Samplers.ByName"/> finds it.</summary>
    string Name { get; }

    /// <summary>The most steps that the schedule has for this sampler.</summary>
    int MaxSteps { get; }

    /// <summary>The timestep of each evaluation of the model, falling. There may be one more than steps.</summary>
    /// <param name="steps">From 1 to <see cref="MaxSteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many steps.</exception>
    IReadOnlyList<long> Timesteps(int steps);

    /// <summary>Removes the noise, step by step, without gradients.</summary>
    /// <param name="noise">(B,C,h,w) standard normal; left as it is.</param>
    /// <param name="steps">See <see cref="Timesteps"/>.</param>
    /// <param name="predict">The model: from a latent and its timestep to the raw prediction (noise or velocity), of that shape.</param>
    /// <param name="onStep">Told the number of evaluations done, and the latent, which is valid only during the call.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>(B,C,h,w), the caller's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many steps.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Tensor Sample(
        Tensor noise, int steps, Func<Tensor, long, Tensor> predict, Action<int, Tensor>? onStep = null, CancellationToken stop = default);
}
