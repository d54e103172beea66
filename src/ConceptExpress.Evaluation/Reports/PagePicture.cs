using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>A picture, and what all methods made of it.</summary>
/// <param name="Name">The picture's name.</param>
/// <param name="Methods">Per method a result per seed; none where the method left the picture out.</param>
sealed record PagePicture(string Name, IReadOnlyList<IReadOnlyList<PictureResult>> Methods)
{
    /// <summary>True masks.</summary>
    public int Truths => Methods.SelectMany(seeds => seeds).Select(result => result.Truths).FirstOrDefault();

    /// <summary>
    /// All pictures, by the sum of their leading figures, mean of all methods and seeds; what could not be measured counts as nothing.
    /// </summary>
    public static IReadOnlyList<PagePicture> WorstFirst(EvaluationResults results)
    {
        var methods = results.Methods.Select(method => method.Pictures.ToLookup(picture => picture.Picture)).ToList();
        var leading = results.Columns.Where(column => column.Leading).ToList();
        double Sum(PictureResult result) =>
            leading.Sum(column => (column.MoreIsBetter ? 1 : -1) * result.Metrics.GetValueOrDefault(column.Name));
        var pictures = results.Pictures.Select(name => new PagePicture(name, [.. methods.Select(own => own[name].ToList())]));
        return [.. pictures.OrderBy(picture => picture.Methods.SelectMany(seeds => seeds).Select(Sum).DefaultIfEmpty(0).Average())];
    }

    /// <summary>A figure's mean over seeds; null where no seed has it.</summary>
    public static double? Mean(IReadOnlyList<PictureResult> seeds, MetricColumn column)
    {
        double[] values = [.. seeds.Where(result => result.Metrics.ContainsKey(column.Name)).Select(result => result.Metrics[column.Name])];
        return values.Length > 0 ? values.Average() : null;
    }
}
