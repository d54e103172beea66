using System.Text.Json.Serialization;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// Converts toys to and from labels: <c>category</c>, <c>color</c>, <c>pattern</c> and <c>phrase</c>, as in the <c>scene.json</c> of a
/// rendered scene.
/// </summary>
static class ToyLabels
{
    const string Category = "category", Color = "color", Pattern = "pattern";

    public static IReadOnlyDictionary<string, string> Of(Toy toy) =>
        new Dictionary<string, string>
        {
            [Category] = toy.Category,
            [Color] = toy.Color,
            [Pattern] = toy.Pattern,
            [ThingLabels.Phrase] = toy.Phrase,
        };

    /// <summary>The toy that labels describe; null if they do not describe a toy of a known category.</summary>
    public static Toy? ToToy(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(Category, out var category) && labels.TryGetValue(Color, out var color)
        && labels.TryGetValue(Pattern, out var pattern) && ToyWords.Categories.Contains(category)
            ? new Toy(category, color, pattern)
            : null;

    /// <summary>The toys of a picture in order of its masks; null if there are no labels or a label is not a toy's.</summary>
    public static IReadOnlyList<Toy>? ToysIn(SourcePicture picture)
    {
        var toys = picture.Labels?.Select(ToToy).ToList();
        return toys is null or [] || toys.Contains(null) ? null : [.. toys.OfType<Toy>()];
    }
}

/// <summary>Which properties of a toy a verdict gets right.</summary>
/// <param name="Category">Whether the category is right.</param>
/// <param name="Color">Whether the colour is right.</param>
/// <param name="Pattern">Whether the pattern is right.</param>
sealed record Agreement(bool Category, bool Color, bool Pattern)
{
    /// <summary>How many are right, 0 to 3.</summary>
    [JsonIgnore]
    public int Count => (Category ? 1 : 0) + (Color ? 1 : 0) + (Pattern ? 1 : 0);

    /// <summary>Whether all three are right.</summary>
    public bool All() => Category && Color && Pattern;

    /// <summary>Compares a verdict with the true toy.</summary>
    public static Agreement Of(Toy toy, Verdict verdict) =>
        new(toy.Category == verdict.Category, toy.Color == verdict.Color, toy.Pattern == verdict.Pattern);
}
