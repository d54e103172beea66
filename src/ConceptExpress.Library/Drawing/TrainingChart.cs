using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>The losses of an extraction over its optimizer steps, with a line where split tokens were merged.</summary>
public static class TrainingChart
{
    static readonly (string Name, Func<LossValues, double> Of)[] Losses =
        [("denoising", l => l.Denoising), ("alignment", l => l.Alignment), ("contrast", l => l.Contrast), ("total", l => l.Total)];

    /// <summary>Draws the chart; steps that lost nothing (contrast once tokens are merged) leave a gap.</summary>
    public static RgbImage Draw(IReadOnlyList<OptimizerStepDone> steps) => LossChart.Draw(
        [.. Losses.Select(loss => new LossCurve(loss.Name, [.. steps.Select(step => (step.Step, loss.Of(step.Losses)))]))],
        steps.FirstOrDefault(step => step.Phase == ExtractionPhase.LearningMergedTokens)?.Step ?? 0);
}
