using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs.Models;

/// <summary>The checkpoint that a job works with. Use it only during the job, on the job's thread.</summary>
/// <param name="Model">The checkpoint.</param>
/// <param name="Reference">The name of the checkpoint in results. Its paths are full.</param>
/// <param name="Compute">Where and how to compute. The precision is chosen.</param>
sealed record LoadedModel(StableDiffusion Model, ModelReference Reference, ComputeSettings Compute)
{
    /// <summary>The record of the checkpoint that is written to results.</summary>
    public ModelRecord Record => new(Name, Reference.ToString(), Model.Fingerprint(), Compute.PrecisionWord)
    {
        Options = Reference.Options.IsEmpty ? null : Reference.Options,
        Licence = ModelLicences.Of(Model.Folder)?.ToString(),
    };

    /// <summary>The precision that the checkpoint computes in.</summary>
    public ComputePrecision Precision => Compute.Precision!.Value;

    // A snapshot's folder is called after its commit.
    string Name => Reference is HubModel hub ? hub.Id.Split('@', '#')[0] : Model.Name;

    /// <summary>The record of the machine that is written to results.</summary>
    public MachineRecord Machine => Library.Runs.Machine.Describe(Model.Device.ToString(), Compute.ThreadCount);

    /// <summary>
    /// Returns a function that gives each worker of the job its own checkpoint: this one if no worker has it, else a new copy read from
    /// disk.
    /// </summary>
    public Func<ModelLease> Leases()
    {
        var lent = 0;
        return () => Interlocked.Exchange(ref lent, 1) == 0
            ? new ModelLease(Model, () => Volatile.Write(ref lent, 0))
            : ModelLease.Owning(StableDiffusion.Load(Model.Folder, Precision, Model.Device, Reference.Options));
    }
}
