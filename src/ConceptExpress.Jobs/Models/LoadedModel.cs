using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs.Models;

/// <summary>The checkpoint that a job works with. Valid for the length of the job, on its thread.</summary>
/// <param name="Model">The checkpoint.</param>
/// <param name="Reference">How results name it; a folder by its full path.</param>
/// <param name="Compute">Where and how to compute.</param>
public sealed record LoadedModel(StableDiffusion Model, ModelReference Reference, ComputeSettings Compute)
{
    /// <summary>What results tell of it.</summary>
    public ModelRecord Record => new(Model.Name, Reference.ToString(), Model.Fingerprint(), Compute.PrecisionWord);

    /// <summary>What results tell of the machine.</summary>
    public MachineRecord Machine => Library.Runs.Machine.Describe(Model.Device.ToString(), Compute.ThreadCount);

    /// <summary>Gives workers of the job a checkpoint each: this one to the first that has none, and further ones that are read for the others.</summary>
    public Func<ModelLease> Leases()
    {
        var lent = 0;
        return () => Interlocked.Exchange(ref lent, 1) == 0
            ? new ModelLease(Model, () => Volatile.Write(ref lent, 0))
            : ModelLease.Owning(StableDiffusion.Load(Model.Folder, Compute.Precision, Model.Device));
    }
}
