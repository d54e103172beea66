using System.Globalization;

namespace ConceptExpress.Diffusion;

/// <summary>Figures of many steps, smoothed so that a single step's noise does not hide them: what a display shows of a training.</summary>
/// <param name="memory">Share of the former mean that each step leaves, 0 to 1.</param>
public sealed class RunningFigures(double memory = 0.95)
{
    readonly Dictionary<string, double> means = [];

    /// <summary>Takes a step's figures in, and gives the smoothed ones as text, in their order: <c>loss 0.123, contrast 1.2</c>.</summary>
    public string With(IEnumerable<KeyValuePair<string, double>> figures) => string.Join(", ", figures.Select(figure =>
    {
        var mean = means[figure.Key] = means.TryGetValue(figure.Key, out var before) ? memory * before + (1 - memory) * figure.Value : figure.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {mean:G4}");
    }));
}
