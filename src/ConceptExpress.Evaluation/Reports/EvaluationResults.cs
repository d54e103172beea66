using System.Text.Json;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Library.States;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>The figures of one method.</summary>
/// <param name="Method">The method, with the settings that it ran with, except the seed.</param>
/// <param name="Metrics">
/// By <see cref="MetricColumn.Name"/>: the mean over pictures with its interval. All pictures have the same weight; with several seeds, a
/// picture's value is the mean over its seeds. Figures that no picture has are left out.
/// </param>
/// <param name="Pictures">
/// One result per picture and seed, picture by picture, in the order of the data set. A method that learns on given masks has none for
/// pictures without masks.
/// </param>
public sealed record MethodResult(
    PlannedMethod Method, IReadOnlyDictionary<string, Interval> Metrics, IReadOnlyList<PictureResult> Pictures)
{
    /// <summary>The method's name in tables and files.</summary>
    public string Name => Method.Name;

    /// <summary>
    /// How often concepts of about the same confidence are right, from low to high; empty if the method gives no confidence.
    /// </summary>
    public IReadOnlyList<ReliabilityBin> Reliability => ReliabilityBin.Of(Pictures);
}

/// <summary>Compares a method with the first one, on the pictures and seeds that both have.</summary>
/// <param name="Method">Name of the compared method.</param>
/// <param name="Against">Name of the first method.</param>
/// <param name="Differences">
/// By <see cref="MetricColumn.Name"/>: the mean of the method's value minus the first method's value, picture by picture, with its
/// interval. Figures that they have on no common picture are left out.
/// </param>
public sealed record MethodComparison(string Method, string Against, IReadOnlyDictionary<string, Interval> Differences);

/// <summary>A viewer as it is recorded in results.</summary>
/// <param name="Name">Its name: <c>clip</c>, <c>dino</c> or <c>judge</c>.</param>
/// <param name="Files">The digest of its model's files: the SHA-256 in 64 lower-case hexadecimal digits.</param>
/// <param name="Form">How it is shown things, <c>masked</c> or <c>cut-out</c> (<see cref="SourceForm"/>); null for the judge.</param>
public sealed record ViewerRecord(string Name, string Files, string? Form);

/// <summary>All results of an evaluation (method 4). The same run gives the same values.</summary>
public sealed record EvaluationResults
{
    // Seed of the bootstrap draws. Any number works, but it must never change.
    const long BootstrapSeed = 20;

    /// <summary>What was evaluated: the plan of the request, with every resolution filled in.</summary>
    public required EvaluationPlan Plan { get; init; }

    /// <summary>The checkpoint and how it was run.</summary>
    public required ComputingRecord Computing { get; init; }

    /// <summary>The names of the pictures, in order of the data set.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>Number of source concepts, which are the classes of the accuracies: all true masks of all pictures. 0 or more.</summary>
    public required int SourceConcepts { get; init; }

    /// <summary>The viewers that looked at generated pictures, in order of their columns; empty if concepts were only located.</summary>
    public required IReadOnlyList<ViewerRecord> Viewers { get; init; }

    /// <summary>All figures that can be measured: those of masks first, then those of each viewer.</summary>
    /// <remarks>
    /// Masks: <c>meanBestIoU</c>; <c>matchedIoU</c>, the mean IoU of the hits; <c>precision50</c>, <c>recall50</c> and
    /// <c>f50</c>, where a hit has an IoU of at least .5;
    /// <c>exactCount</c>, 1 if as many concepts as things were found, else 0; <c>instanceMergeRate</c> and <c>backgroundKeptRate</c>,
    /// shares of the concepts; <c>matched</c>, the share of things that a concept is matched with. All are 0 to 1. <c>countError</c> is the
    /// difference between the numbers of concepts and things, 0 or more.
    /// CLIP, and DINO likewise: <c>clipSimI</c> and <c>clipSimC</c>, -1 to 1; <c>clipAcc1</c> and <c>clipAcc3</c>, 0 to 1.
    /// The judge: <c>judgeCategory</c>, <c>judgeColor</c>, <c>judgePattern</c> and <c>judgeAll</c>, 0 to 1: the share of a concept's
    /// samples in which it sees the thing's category, color, pattern, or all three. Pairs, in which two words are drawn together:
    /// <c>pairAll</c>, 0 to 1, the share of a concept's pair drawings in which a thing has all three; <c>pairPhrases</c>, the same when the
    /// true phrases are drawn; <c>pairGap</c>, the former minus the latter, -1 to 1; <c>pairCategoryWandered</c>,
    /// <c>pairColorWandered</c> and <c>pairPatternWandered</c>, 0 to 1: of the drawings whose things differ in the property, the share in
    /// which a thing shows that of the other.
    /// </remarks>
    public required IReadOnlyList<MetricColumn> Columns { get; init; }

    /// <summary>One result per method, in order of the plan.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>Every method but the first, compared with the first, in order of the plan; empty if there is only one.</summary>
    public required IReadOnlyList<MethodComparison> Comparisons { get; init; }

    /// <summary>Those of <see cref="Columns"/> in which at least one method has a value.</summary>
    public IEnumerable<MetricColumn> Measured => Columns.Where(column => Methods.Any(method => method.Metrics.ContainsKey(column.Name)));

    /// <summary>Computes all figures from finished items.</summary>
    /// <param name="setup">The setup that the items were made with.</param>
    /// <param name="items">All finished items of the run.</param>
    internal static EvaluationResults Of(EvaluationSetup setup, IReadOnlyList<FinishedItem> items)
    {
        IReadOnlyList<MetricColumn> columns = [.. MaskFigures.Columns, .. setup.Viewers.SelectMany(viewer => viewer.Columns)];
        var pictures = items.Zip(FiguresOf(setup.Viewers, items))
            .ToLookup(pair => pair.First.Item.Method, pair => PictureResult.Of(pair.First, pair.Second, columns));
        var methods = setup.Plan.Methods.Select(method => (Method: method, Pictures: pictures[method.Name].ToList()))
            .Select(own => new MethodResult(own.Method, Means(own.Pictures, columns), own.Pictures)).ToList();
        return new EvaluationResults
        {
            Plan = setup.Plan,
            Computing = setup.Computing,
            Pictures = [.. setup.Pictures.Select(picture => picture.Name)],
            SourceConcepts = setup.Pictures.Sum(picture => picture.Things),
            Viewers = [.. setup.Viewers.Select(viewer => new ViewerRecord(viewer.Name, viewer.Files, viewer.Form))],
            Columns = columns,
            Methods = methods,
            Comparisons = [.. methods.Skip(1).Select(method => Compare(method, methods[0], columns))],
        };
    }

    /// <summary>Per item: the figures of its masks, then those of each viewer that can see its picture.</summary>
    static List<List<ItemFigures>> FiguresOf(IReadOnlyList<IViewer> viewers, IReadOnlyList<FinishedItem> items)
    {
        var figures = items.Select(item => new List<ItemFigures> { MaskFigures.Of(item.Record) }).ToList();
        foreach (var viewer in viewers)
        {
            var able = Enumerable.Range(0, items.Count).Where(i => items[i].Seen.ContainsKey(viewer.Name)).ToList();
            var told = FiguresOf(viewer, [.. able.Select(i => new SeenItem(items[i].Item, items[i].Record, items[i].Seen[viewer.Name]))]);
            foreach (var (i, own) in able.Zip(told)) figures[i].Add(own);
        }
        return figures;
    }

    static IReadOnlyList<ItemFigures> FiguresOf(IViewer viewer, IReadOnlyList<SeenItem> seen)
    {
        try
        {
            return viewer.FiguresOf(seen);
        }
        catch (JsonException e)
        {
            throw new StateException(
                $"what {viewer.Name} saw in the items is damaged; delete the files seen-{viewer.Key}.json below the folder "
                + $"{ItemFiles.Items}, so that it looks again.", e);
        }
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

    /// <summary>One value per picture: the mean over its seeds. Pictures without a value are left out.</summary>
    internal static OrderedDictionary<string, double> PerPicture(IEnumerable<PictureResult> pictures, MetricColumn column) => new(pictures
        .Where(picture => picture.Metrics.ContainsKey(column.Name))
        .GroupBy(picture => picture.Picture, picture => picture.Metrics[column.Name])
        .Select(seeds => KeyValuePair.Create(seeds.Key, seeds.Average())));
}
