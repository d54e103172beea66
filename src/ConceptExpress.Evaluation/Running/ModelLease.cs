using ConceptExpress.Diffusion;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// A checkpoint for one worker, from its first piece of work to its last. A host gives one whenever it is asked, on the worker's thread:
/// freshly loaded (<see cref="Owning"/>), or lent from a pool, which may let the worker wait until a checkpoint is free. The worker is the
/// only one that uses it until the lease is disposed of, which it does on the same thread.
/// </summary>
/// <param name="model">The checkpoint.</param>
/// <param name="giveBack">What ends the lease: returns the checkpoint to its pool, or disposes of it.</param>
public sealed class ModelLease(StableDiffusion model, Action giveBack) : IDisposable
{
    public StableDiffusion Model => model;

    /// <summary>A lease that disposes of its checkpoint.</summary>
    public static ModelLease Owning(StableDiffusion model) => new(model, model.Dispose);

    public void Dispose() => giveBack();
}
