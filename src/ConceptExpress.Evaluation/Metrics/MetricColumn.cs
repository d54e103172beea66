namespace ConceptExpress.Evaluation.Metrics;

/// <summary>Describes a figure: one value per picture, and the mean over pictures.</summary>
/// <param name="Name">Its name in JSON and CSV. Unique in an evaluation.</param>
/// <param name="Label">Its heading in tables.</param>
/// <param name="MoreIsBetter">Whether a larger value is better. The default is true.</param>
/// <param name="Leading">
/// Whether it is one of the main figures: these are shown beside each picture, and their sum ranks the pictures from worst to best. The
/// default is false.
/// </param>
public sealed record MetricColumn(string Name, string Label, bool MoreIsBetter = true, bool Leading = false);

/// <summary>The figures of one item, from one source (its masks or a viewer).</summary>
/// <param name="Picture">Figures of the picture as a whole, by <see cref="MetricColumn.Name"/>; only those that were measured.</param>
/// <param name="Concepts">Figures of each found concept, in order of the concepts, by <see cref="MetricColumn.Name"/>; an empty list if no
/// concept has figures. The picture's figure is the mean over its concepts.</param>
sealed record ItemFigures(IReadOnlyDictionary<string, double> Picture, IReadOnlyList<IReadOnlyDictionary<string, double>> Concepts);
