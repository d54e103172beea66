using ConceptExpress.Evaluation.Running;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>The source concepts of the whole data set, as an encoder sees them: what generated pictures are told apart by.</summary>
sealed class Prototypes
{
    readonly Dictionary<string, int> first = [];
    readonly List<float[]> features = [];

    /// <param name="encoder">Whose features.</param>
    /// <param name="results">Of all methods; a picture's source concepts are taken from the first that has some.</param>
    public Prototypes(string encoder, IEnumerable<FinishedItem> results)
    {
        foreach (var (item, _, views) in results)
        {
            if (!views.Features.TryGetValue(encoder, out var seen) || !first.TryAdd(item.Picture.Name, features.Count)) continue;
            features.AddRange(seen.Sources.Select(ItemFeatures.Unpack));
        }
    }

    public IReadOnlyList<float[]> All => features;

    /// <summary>The index of a picture's source concept.</summary>
    public int IndexOf(string picture, int truth) => first[picture] + truth;
}
