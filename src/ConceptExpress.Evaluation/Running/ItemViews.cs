using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Runs viewers on finished items, and stores what each viewer saw with the item.</summary>
sealed class ItemViews(IReadOnlyList<IViewer> viewers, ItemStore store)
{
    /// <summary>Whether every viewer that can see a finished item has looked at it.</summary>
    public bool Complete(EvaluationItem item) => !Missing(item).Any();

    /// <summary>Runs the viewers that have not looked at a finished item yet.</summary>
    public void Add(EvaluationItem item)
    {
        if (Complete(item)) return;
        var shown = Pictures(item);
        foreach (var viewer in Missing(item).ToList()) store.Add(item.Key, FileOf(viewer), viewer.See(shown));
    }

    /// <summary>What each viewer saw in a finished item, by <see cref="IViewer.Name"/>.</summary>
    public IReadOnlyDictionary<string, JsonNode> Read(EvaluationItem item) =>
        Able(item).ToDictionary(viewer => viewer.Name, viewer => store.Read(item.Key, FileOf(viewer)));

    IEnumerable<IViewer> Able(EvaluationItem item) => viewers.Where(viewer => viewer.CanSee(item.Picture));

    IEnumerable<IViewer> Missing(EvaluationItem item) => Able(item).Where(viewer => !store.Has(item.Key, FileOf(viewer)));

    ItemPictures Pictures(EvaluationItem item)
    {
        var record = store.Read(item.Key);
        List<RgbImage> Drawn(int count, Func<int, string> name) =>
            [.. Enumerable.Range(0, count).Select(i => ImageReader.Read(store.PathOf(item.Key, name(i))))];
        var concepts = Enumerable.Range(0, record.Samples > 0 ? record.Concepts.Count : 0)
            .Select(i => Drawn(record.Samples, sample => ItemFiles.Concept(i, sample)));
        IReadOnlyList<DrawnPicture> Found(IReadOnlyList<int> things, PairFiles files) =>
        [
            .. things.Select((count, sample) => new DrawnPicture(ImageReader.Read(store.PathOf(item.Key, files.Drawing(sample))),
                [.. Enumerable.Range(0, count).Select(thing => ImageReader.ReadMask(store.PathOf(item.Key, files.Thing(sample, thing))))])),
        ];
        return new ItemPictures(item, record, [.. concepts], Drawn(record.JointSamples, ItemFiles.Joint))
        {
            Pairs = [.. record.Pairs.Select(pair => new PairPictures(pair,
                Found(pair.Words, ItemFiles.PairOf(pair.First, pair.Second)),
                Found(pair.Phrases, ItemFiles.PhrasesOf(pair.First, pair.Second))))],
        };
    }

    static string FileOf(IViewer viewer) => $"seen-{viewer.Key}.json";
}
