namespace ConceptExpress.Evaluation.Metrics;

/// <summary>A figure of a method: one value per picture, and their mean.</summary>
/// <param name="Name">In JSON and CSV.</param>
/// <param name="Label">In tables.</param>
/// <param name="MoreIsBetter">Whether a larger value is the better one.</param>
/// <param name="Leading">Whether it is one of the few that stand beside pictures and, added up, say which picture is worst.</param>
public sealed record MetricColumn(string Name, string Label, bool MoreIsBetter = true, bool Leading = false);

/// <summary>What an item's figures are.</summary>
/// <param name="Picture">Of the picture as a whole, by the names of columns; only those that could be measured.</param>
/// <param name="Concepts">Of every concept that was found, in order, likewise; empty where none has any. A picture's figure is the mean
/// over them.</param>
public sealed record ItemFigures(IReadOnlyDictionary<string, double> Picture, IReadOnlyList<IReadOnlyDictionary<string, double>> Concepts);
