using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>Turns noise into a clean latent. Samplers hold no state between runs.</summary>
interface ISampler
{
    /// <summary>Name of the sampler, for <see cref="Samplers.ByName"/>.</summary>
    string Name { get; }

    /// <summary>Maximum number of steps on the schedule.</summary>
    int MaxSteps { get; }

    /// <summary>Returns the timestep of each evaluation of the model, in descending order. There may be one more than steps.</summary>
    /// <param name="steps">From 1 to <see cref="MaxSteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many steps.</exception>
    IReadOnlyList<long> Timesteps(int steps);

    /// <summary>Removes the noise step by step, without gradients.</summary>
    /// <param name="noise">(B,C,h,w) standard normal; not changed.</param>
    /// <param name="steps">From 1 to <see cref="MaxSteps"/>.</param>
    /// <param name="predict">
    /// The model: returns its raw prediction (noise or velocity), (B,C,h,w), for a latent (B,C,h,w) and its timestep.
    /// </param>
    /// <param name="onStep">Called after each evaluation with the number done and the latent, which is valid only during the call.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>The clean latent, (B,C,h,w), owned by the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many steps.</exception>
    /// <exception cref="OperationCanceledException">Sampling was cancelled.</exception>
    Tensor Sample(
        Tensor noise, int steps, Func<Tensor, long, Tensor> predict, Action<int, Tensor>? onStep = null, CancellationToken stop = default);
}
