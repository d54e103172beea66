using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>One picture with the results of all methods on it: a row of the page's table.</summary>
/// <param name="Name">The picture's name in the data set.</param>
/// <param name="Methods">One list per method with one result per seed; empty if the method left the picture out.</param>
sealed record PagePicture(string Name, IReadOnlyList<IReadOnlyList<PictureResult>> Methods)
{
    /// <summary>Number of true masks.</summary>
    public int Truths => Methods.SelectMany(seeds => seeds).Select(result => result.Truths).FirstOrDefault();

    /// <summary>
    /// All pictures, worst first: sorted by the sum of their leading figures, averaged over all methods and seeds. A figure that was not
    /// measured counts as 0.
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

    /// <summary>The mean of a figure over seeds; null if no seed has it.</summary>
    public static double? Mean(IReadOnlyList<PictureResult> seeds, MetricColumn column)
    {
        double[] values = [.. seeds.Where(result => result.Metrics.ContainsKey(column.Name)).Select(result => result.Metrics[column.Name])];
        return values.Length > 0 ? values.Average() : null;
    }
}
