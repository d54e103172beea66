using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Draws the losses of an extraction over its optimizer steps, with a line at the merge of split tokens.</summary>
static class TrainingChart
{
    // Differences below this share of a panel's height are invisible.
    const double Visible = 0.01;

    /// <summary>
    /// Draws the chart. The curve of a loss ends early if later steps do not have it, such as contrast after the merge. The total is
    /// omitted if one term looks the same.
    /// </summary>
    public static RgbImage Draw(IReadOnlyList<OptimizerStepDone> steps) => LossChart.Draw(
        Curves(steps), steps.FirstOrDefault(step => step.Phase == Phases.LearnMergedTokens)?.Step ?? 0);

    internal static IReadOnlyList<LossCurve> Curves(IReadOnlyList<OptimizerStepDone> steps)
    {
        var curves = steps.SelectMany(step => step.Losses.All.Select(loss => (loss.Key, Point: (step.Step, loss.Value))))
            .GroupBy(loss => loss.Key, loss => loss.Point).Select(loss => new LossCurve(loss.Key, [.. loss])).ToList();
        var total = curves.Find(curve => curve.Name == LossValues.TotalName);
        if (total is null) return curves;
        var terms = curves.Where(curve => curve != total);
        return [.. terms, .. terms.Any(term => LooksLike(total, term)) ? Array.Empty<LossCurve>() : [total]];
    }

    static bool LooksLike(LossCurve total, LossCurve term)
    {
        if (term.Points.Count != total.Points.Count) return false;
        var scale = LossScale.Of([.. total.Points.Select(point => point.Loss).Where(double.IsFinite)]);
        var least = Visible * (scale.Axis.High - scale.Axis.Low);
        return total.Points.Zip(term.Points).All(pair =>
            pair.First.Loss.Equals(pair.Second.Loss)
                || Math.Abs(scale.PlaceOf(pair.First.Loss) - scale.PlaceOf(pair.Second.Loss)) <= least);
    }
}
