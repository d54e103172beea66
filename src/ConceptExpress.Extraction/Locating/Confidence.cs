namespace ConceptExpress.Extraction.Locating;

/// <summary>How sure it is that a region covers one thing, as a logistic function of what the locator measured.</summary>
/// <remarks>docs/experiments/0037-masks-and-confidence.md has the measurements and a reliability plot.</remarks>
static class Confidence
{
    // Rounded from a logistic regression on 120 scenes of toys at three sizes, with another price of cuts than the present one. A concept
    // counts as right if its mask has an IoU of .5 or more with a thing.
    const double Constant = 1.7, PerProminence = 0.2, PerUncertainPart = -1.6, PerUncertainWhole = -2;

    // In units of cost: cuts whose costs are nearer than this to the maximum could have been decided otherwise.
    const double Width = 0.15;

    /// <summary>Returns the confidence, above 0 and below 1.</summary>
    /// <param name="map">Attention on the grid of the region.</param>
    /// <param name="region">The region's cells.</param>
    /// <param name="margins">How clear its cuts were.</param>
    public static double Of(CellMap map, bool[] region, CutMargins margins)
    {
        var prominence = Math.Log(Math.Clamp(Prominence.OfCrossing(map, region), 0.1, 100));
        var logit = Constant + PerProminence * prominence
            + PerUncertainPart * Doubt(margins.Made) + PerUncertainWhole * Doubt(margins.Left);
        return 1 / (1 + Math.Exp(-logit));
    }

    // 1 at the maximum cost itself, 0 far from it on the right side.
    static double Doubt(double margin) => Math.Exp(-Math.Max(margin, -Width) / Width);
}
