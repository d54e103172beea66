using System.Globalization;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Running means of the figures that training steps report, for progress displays. Single steps are too noisy to show. Not thread-safe.
/// </summary>
/// <param name="memory">Weight of the previous mean in each update, 0 to 1. The default is 0.95.</param>
public sealed class RunningFigures(double memory = 0.95)
{
    readonly Dictionary<string, double> means = [];

    /// <summary>Adds the figures of a step to their means. The first value of a figure is its first mean.</summary>
    /// <param name="figures">Names and values.</param>
    /// <returns>The means of these figures with four digits, in the same order: <c>loss 0.123, contrast 1.2</c>.</returns>
    public string With(IEnumerable<KeyValuePair<string, double>> figures) => string.Join(", ", figures.Select(figure =>
    {
        var mean = means[figure.Key] = means.TryGetValue(figure.Key, out var before)
            ? memory * before + (1 - memory) * figure.Value
            : figure.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {mean:G4}");
    }));
}
