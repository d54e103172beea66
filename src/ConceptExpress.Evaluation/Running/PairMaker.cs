using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Draws pairs of a picture's words together, and beside them the phrases of the two things with the same noise. Finds the things in each
/// drawing, so that each can be looked at alone.
/// </summary>
/// <param name="model">The checkpoint.</param>
/// <param name="painter">Draws with the words.</param>
/// <param name="count">Number of drawings of each pair.</param>
/// <param name="folder">The item's folder.</param>
sealed class PairMaker(StableDiffusion model, ConceptPainter painter, int count, string folder)
{
    /// <summary>Draws every pair of concepts that were matched with things. Others cannot be judged.</summary>
    /// <param name="words">The words of the concepts.</param>
    /// <param name="concepts">The concepts.</param>
    /// <param name="labels">What each thing is; null if that is not known.</param>
    /// <param name="stop">Cancels the drawing.</param>
    /// <exception cref="SettingsException">Two words or phrases do not fit into one prompt.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<ItemPair> Make(IReadOnlyList<ConceptWord> words, IReadOnlyList<ItemConcept> concepts,
        IReadOnlyList<IReadOnlyDictionary<string, string>>? labels, CancellationToken stop)
    {
        string? Phrase(int concept) => labels?[concepts[concept].Truth!.Value].GetValueOrDefault(ThingLabels.Phrase);
        List<int> matched = [.. Enumerable.Range(0, concepts.Count).Where(i => concepts[i].Truth is not null)];
        var pairs = from one in matched from other in matched where one < other select (First: one, Second: other);
        return
        [
            .. pairs.Select(pair => new ItemPair(pair.First, pair.Second,
                Drawn(words[pair.First].Token, words[pair.Second].Token, ItemFiles.PairOf(pair.First, pair.Second), stop),
                Phrase(pair.First) is { } one && Phrase(pair.Second) is { } other
                    ? Drawn(one, other, ItemFiles.PhrasesOf(pair.First, pair.Second), stop)
                    : [])),
        ];
    }

    List<int> Drawn(string one, string other, PairFiles files, CancellationToken stop) =>
    [
        .. painter.Things([one, other], count, null, stop).Index().Select(drawn =>
        {
            PngFile.Write(Path.Combine(folder, files.Drawing(drawn.Index)), drawn.Item);
            var things = DrawnThings.Find(model, drawn.Item, 2, null, stop);
            foreach (var (i, thing) in things.Index()) PngFile.Write(Path.Combine(folder, files.Thing(drawn.Index, i)), thing);
            return things.Count;
        }),
    ];
}
