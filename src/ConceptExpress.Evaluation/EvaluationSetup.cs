using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Viewing;

namespace ConceptExpress.Evaluation;

/// <summary>Everything that an evaluation's results depend on.</summary>
/// <param name="Plan">The plan, validated for the checkpoint (<see cref="EvaluationPlan.ValidatedFor"/>).</param>
/// <param name="Pictures">The pictures. Their names must differ.</param>
/// <param name="Viewers">The viewers that look at generated pictures, in order of their columns. Their names must differ. The caller owns
/// them.</param>
/// <param name="Computing">The checkpoint and how it is run.</param>
sealed record EvaluationSetup(
    EvaluationPlan Plan, IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<IViewer> Viewers, ComputingRecord Computing)
{
    /// <summary>
    /// All items of the evaluation, picture by picture: every method on every picture with every seed. A method that learns on given masks
    /// skips pictures without masks.
    /// </summary>
    /// <exception cref="ArgumentException">A method has no resolution: the plan was not validated for a checkpoint.</exception>
    public IReadOnlyList<EvaluationItem> Items() =>
    [
        .. from picture in Pictures
           from method in Plan.Methods
           where picture.Things > 0 || !method.GivenMasks
           from seed in Plan.Seeds
           let settings = method.Settings with { Seed = seed }
           let key = ContentHash.OfItem(settings, method.GivenMasks, picture.Digest, Plan, Computing)
           select new EvaluationItem(method.Name, settings, method.GivenMasks, picture, key),
    ];
}
