using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Viewing;

namespace ConceptExpress.Evaluation;

/// <summary>Everything that an evaluation's results depend on.</summary>
/// <param name="Plan">Validated for the checkpoint (<see cref="EvaluationPlan.ValidatedFor"/>).</param>
/// <param name="Pictures">With different names.</param>
/// <param name="Viewers">Who looks at generated pictures, with different names; in the order of their columns. Owned by the caller.</param>
/// <param name="Computing">What computes.</param>
public sealed record EvaluationSetup(
    EvaluationPlan Plan, IReadOnlyList<EvaluationPicture> Pictures, IReadOnlyList<IViewer> Viewers, ComputingRecord Computing)
{
    /// <summary>
    /// The results to have, picture by picture: every method on every picture with every seed. A method that learns on given masks leaves
    /// out pictures without any. Hashes all pictures.
    /// </summary>
    /// <exception cref="ArgumentException">A method's resolution is open.</exception>
    public IReadOnlyList<EvaluationItem> Items() =>
    [
        .. from picture in Pictures
           let digest = ContentHash.OfPicture(picture)
           from method in Plan.Methods
           where picture.Masks.Count > 0 || !method.GivenMasks
           from seed in Plan.Seeds
           let settings = method.Settings with { Seed = seed }
           let key = ContentHash.OfItem(settings, method.GivenMasks, digest, Plan, Computing)
           select new EvaluationItem(method.Name, settings, method.GivenMasks, picture, key),
    ];
}
