using System.Globalization;

namespace ConceptExpress.Diffusion;

/// <summary>Running means of the figures that training steps report, for progress displays. Single steps are too noisy to show.</summary>
/// <param name="memory">Weight of the previous mean in each update, 0 to 1. The default is 0.95.</param>
public sealed class RunningFigures(double memory = 0.95)
{
    readonly Dictionary<string, double> means = [];

    /// <summary>Adds the figures of a step and returns all means as text, in the given order: <c>loss 0.123, contrast 1.2</c>.</summary>
    public string With(IEnumerable<KeyValuePair<string, double>> figures) => string.Join(", ", figures.Select(figure =>
    {
        var mean = means[figure.Key] = means.TryGetValue(figure.Key, out var before)
            ? memory * before + (1 - memory) * figure.Value
            : figure.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {mean:G4}");
    }));
}
