using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// Checks with the judge whether words keep their meaning when two of them are drawn together, and where their properties go if not. The
/// drawings of the true phrases say how much of that the checkpoint can do at all.
/// </summary>
/// <param name="judge">The judge. The viewer owns it and disposes of it.</param>
/// <param name="files">A digest of the judge's files.</param>
sealed class PairViewer(Judge judge, string files) : IViewer
{
    const string Words = "pairAll", Phrases = "pairPhrases", Gap = "pairGap";

    // Each figure is the share of drawings in which a toy shows this property of its neighbor, of all drawings whose toys differ in it.
    static readonly IReadOnlyList<(MetricColumn Column, Func<Toy, string> Of, Func<Verdict, string> Seen)> Wandering =
    [
        (new("pairCategoryWandered", "pairs: neighbour's category", MoreIsBetter: false), toy => toy.Category, thing => thing.Category),
        (new("pairColorWandered", "pairs: neighbour's colour", MoreIsBetter: false), toy => toy.Color, thing => thing.Color),
        (new("pairPatternWandered", "pairs: neighbour's pattern", MoreIsBetter: false), toy => toy.Pattern, thing => thing.Pattern),
    ];

    /// <summary>Loads a viewer with a judge.</summary>
    /// <param name="folder">The folder that holds the judge's <c>model.safetensors</c>.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The file is missing or does not hold a judge.</exception>
    public static PairViewer Load(string folder, Device? device = null) => new(Judge.Load(folder, device), ContentHash.OfFolder(folder));

    public string Name => "pairs";

    public string Files => files;

    public string? Form => null;

    public IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(Words, "pairs: all three", Leading: true),
        new(Phrases, "pairs: all three, true phrases"),
        new(Gap, "pairs: difference to these"),
        .. Wandering.Select(property => property.Column),
    ];

    public bool CanSee(SourcePicture picture) => ToyLabels.ToysIn(picture) is not null;

    public JsonNode See(ItemPictures item)
    {
        var toys = ToysOf(item.Item, item.Record);
        List<PairJudgement> Judged(ItemPair pair, IReadOnlyList<DrawnPicture> drawings) => [.. drawings.Select(drawing =>
            PairJudgement.Of(toys[pair.First]!, toys[pair.Second]!,
                judge.OfParts(drawing.Things.Select(thing => (drawing.Picture, thing)))))];
        var seen = item.Pairs.Select(shown => new SeenPair(Judged(shown.Pair, shown.Words), Judged(shown.Pair, shown.Phrases)));
        return JsonSerializer.SerializeToNode(seen.ToList(), LibraryJson.Compact)!;
    }

    public IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all) =>
    [
        .. all.Select(item =>
        {
            var (toys, pairs) = (ToysOf(item.Item, item.Record), JudgedPairs(item));
            return new ItemFigures(new Dictionary<string, double>(), [.. toys.Select((_, i) => Figures(i, toys, pairs))]);
        }),
    ];

    /// <summary>The toy that each concept was matched with; null where there is none.</summary>
    static IReadOnlyList<Toy?> ToysOf(EvaluationItem item, ItemRecord record)
    {
        var toys = ToyLabels.ToysIn(item.Picture)!;
        return [.. record.Concepts.Select(concept => concept.Truth is { } truth ? toys[truth] : null)];
    }

    static IReadOnlyList<JudgedPair> JudgedPairs(SeenItem item)
    {
        var (pairs, seen) = (item.Record.Pairs, item.Seen.Deserialize<List<SeenPair>>(LibraryJson.Compact)!);
        return seen.Count == pairs.Count && seen.All(pair => pair is { Words: not null, Phrases: not null })
            ? [.. pairs.Zip(seen, (pair, own) => new JudgedPair(pair.First, pair.Second, own.Words, own.Phrases))]
            : throw new JsonException("it is not about the pairs of its item");
    }

    static Dictionary<string, double> Figures(int concept, IReadOnlyList<Toy?> toys, IReadOnlyList<JudgedPair> pairs)
    {
        List<JudgedPair> own = [.. pairs.Select(pair => pair.From(concept)).OfType<JudgedPair>()];
        var figures = new Dictionary<string, double>();
        void Add(string name, IEnumerable<bool> drawings)
        {
            if (drawings.ToList() is { Count: > 0 } some) figures[name] = some.Average(right => right ? 1.0 : 0);
        }
        bool IsRight(PairJudgement seen) => seen.First is { } thing && Agreement.Of(toys[concept]!, thing).All();
        Add(Words, own.SelectMany(pair => pair.Words).Select(IsRight));
        Add(Phrases, own.SelectMany(pair => pair.Phrases).Select(IsRight));
        if (figures.TryGetValue(Words, out var words) && figures.TryGetValue(Phrases, out var phrases)) figures[Gap] = words - phrases;
        foreach (var (column, of, seenOf) in Wandering)
            Add(column.Name, from pair in own
                             let others = of(toys[pair.Second]!)
                             where of(toys[concept]!) != others
                             from seen in pair.Words
                             select seen.First is { } thing && seenOf(thing) == others);
        return figures;
    }

    public void Dispose() => judge.Dispose();

    /// <summary>What the judge saw of one of the item's pairs, as it is stored.</summary>
    sealed record SeenPair(IReadOnlyList<PairJudgement> Words, IReadOnlyList<PairJudgement> Phrases);

    /// <summary>A pair of concepts with what the judge saw.</summary>
    sealed record JudgedPair(int First, int Second, IReadOnlyList<PairJudgement> Words, IReadOnlyList<PairJudgement> Phrases)
    {
        /// <summary>The pair with this concept as its first; null if it is not in the pair.</summary>
        public JudgedPair? From(int concept)
        {
            static List<PairJudgement> Turned(IEnumerable<PairJudgement> all) =>
                [.. all.Select(one => new PairJudgement(one.Second, one.First))];
            if (concept == First) return this;
            return concept == Second ? new(Second, First, Turned(Words), Turned(Phrases)) : null;
        }
    }
}
