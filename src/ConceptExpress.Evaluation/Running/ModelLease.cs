using ConceptExpress.Diffusion;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// A checkpoint that one worker uses from its first piece of work to its last. The host creates a lease on the worker's thread when the
/// worker asks for one. The checkpoint is either freshly loaded (<see cref="Owning"/>) or lent from a pool; a pool may block until one is
/// free. Only this worker uses the checkpoint until it disposes of the lease, on the same thread.
/// </summary>
/// <param name="model">The checkpoint.</param>
/// <param name="giveBack">Called when the lease ends: returns the checkpoint to its pool, or disposes of it.</param>
sealed class ModelLease(StableDiffusion model, Action giveBack) : IDisposable
{
    /// <summary>The checkpoint. Do not use it after the lease is disposed of.</summary>
    public StableDiffusion Model => model;

    /// <summary>A lease that disposes of the checkpoint when it ends.</summary>
    public static ModelLease Owning(StableDiffusion model) => new(model, model.Dispose);

    public void Dispose() => giveBack();
}
