using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>A method's figures.</summary>
/// <param name="Method">The method.</param>
/// <param name="Metrics">By the names of <see cref="MetricColumn"/>: the mean over pictures, each of which counts the same, with its
/// interval; of several seeds a picture's value is their mean.</param>
/// <param name="Pictures">Every picture with every seed.</param>
public sealed record MethodResult(
    PlannedMethod Method, IReadOnlyDictionary<string, Interval> Metrics, IReadOnlyList<PictureResult> Pictures)
{
    public string Name => Method.Name;
}

/// <summary>How a method differs from the first one, on the pictures and seeds that both have.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Against">The first one's.</param>
/// <param name="Differences">By the names of <see cref="MetricColumn"/>: the method's value less the first one's.</param>
public sealed record MethodComparison(string Method, string Against, IReadOnlyDictionary<string, Interval> Differences);

/// <summary>Who looked at generated pictures; see <see cref="IViewer"/>.</summary>
public sealed record ViewerRecord(string Name, string Files, string? Form);

/// <summary>All that an evaluation found out. The same run gives the same values.</summary>
public sealed record EvaluationResults
{
    // Of the intervals' draws: any number, as long as it is always the same.
    const long BootstrapSeed = 20;

    public required EvaluationPlan Plan { get; init; }
    public required ComputingRecord Computing { get; init; }

    /// <summary>The pictures' names, in order.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>How many source concepts there are that accuracies tell apart: the true masks of all pictures.</summary>
    public required int SourceConcepts { get; init; }

    public required IReadOnlyList<ViewerRecord> Viewers { get; init; }

    /// <summary>What there is to measure: by masks, then by each viewer.</summary>
    public required IReadOnlyList<MetricColumn> Columns { get; init; }

    public required IReadOnlyList<MethodResult> Methods { get; init; }
    public required IReadOnlyList<MethodComparison> Comparisons { get; init; }

    /// <summary>The columns that some method has a value in.</summary>
    public IEnumerable<MetricColumn> Measured => Columns.Where(column => Methods.Any(method => method.Metrics.ContainsKey(column.Name)));

    /// <summary>Turns what a run made and viewers saw into figures.</summary>
    /// <param name="setup">Of the run.</param>
    /// <param name="items">All that it made.</param>
    public static EvaluationResults Of(EvaluationSetup setup, IReadOnlyList<FinishedItem> items)
    {
        IReadOnlyList<MetricColumn> columns = [.. MaskFigures.Columns, .. setup.Viewers.SelectMany(viewer => viewer.Columns)];
        var pictures = items.Zip(FiguresOf(setup.Viewers, items))
            .ToLookup(pair => pair.First.Item.Method, pair => PictureResult.Of(pair.First, pair.Second, columns));
        var methods = setup.Plan.Methods.Select(method => (Method: method, Pictures: pictures[method.Name].ToList()))
            .Select(own => new MethodResult(own.Method, Means(own.Pictures, columns), own.Pictures)).ToList();
        return new EvaluationResults
        {
            Plan = setup.Plan, Computing = setup.Computing, Pictures = [.. setup.Pictures.Select(picture => picture.Name)],
            SourceConcepts = setup.Pictures.Sum(picture => picture.Masks.Count),
            Viewers = [.. setup.Viewers.Select(viewer => new ViewerRecord(viewer.Name, viewer.Files, viewer.Form))], Columns = columns,
            Methods = methods, Comparisons = [.. methods.Skip(1).Select(method => Compare(method, methods[0], columns))],
        };
    }

    /// <summary>Per item what masks and every viewer tell of it.</summary>
    static List<List<ItemFigures>> FiguresOf(IReadOnlyList<IViewer> viewers, IReadOnlyList<FinishedItem> items)
    {
        var figures = items.Select(item => new List<ItemFigures> { MaskFigures.Of(item.Record) }).ToList();
        foreach (var viewer in viewers)
        {
            var able = Enumerable.Range(0, items.Count).Where(i => items[i].Seen.ContainsKey(viewer.Name)).ToList();
            var told = viewer.FiguresOf([.. able.Select(i => new SeenItem(items[i].Item, items[i].Record, items[i].Seen[viewer.Name]))]);
            foreach (var (i, own) in able.Zip(told)) figures[i].Add(own);
        }
        return figures;
    }

    static Dictionary<string, Interval> Means(IReadOnlyList<PictureResult> pictures, IEnumerable<MetricColumn> columns)
    {
        var means = new Dictionary<string, Interval>();
        foreach (var column in columns)
            if (Bootstrap.OfMean([.. PerPicture(pictures, column).Values], BootstrapSeed) is { } interval) means[column.Name] = interval;
        return means;
    }

    static MethodComparison Compare(MethodResult method, MethodResult first, IEnumerable<MetricColumn> columns)
    {
        var differences = new Dictionary<string, Interval>();
        foreach (var column in columns)
        {
            bool Has(PictureResult picture) => picture.Metrics.ContainsKey(column.Name);
            var both = method.Pictures.Where(Has).Join(first.Pictures.Where(Has), own => (own.Picture, own.Seed),
                other => (other.Picture, other.Seed), (own, other) => (Own: own, Other: other)).ToList();
            var (mine, others) = (PerPicture(both.Select(pair => pair.Own), column), PerPicture(both.Select(pair => pair.Other), column));
            if (Bootstrap.OfDifference([.. mine.Values], [.. others.Values], BootstrapSeed) is { } interval)
                differences[column.Name] = interval;
        }
        return new MethodComparison(method.Name, first.Name, differences);
    }

    /// <summary>A value per picture that has one: the mean of its seeds.</summary>
    internal static OrderedDictionary<string, double> PerPicture(IEnumerable<PictureResult> pictures, MetricColumn column) => new(pictures
        .Where(picture => picture.Metrics.ContainsKey(column.Name))
        .GroupBy(picture => picture.Picture, picture => picture.Metrics[column.Name])
        .Select(seeds => KeyValuePair.Create(seeds.Key, seeds.Average())));
}
