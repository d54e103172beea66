using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// What a picture's labels say of a toy: <c>category</c>, <c>color</c> and <c>pattern</c>, as <c>scene.json</c> of a rendered scene has
/// them.
/// </summary>
static class ToyLabels
{
    const string Category = "category", Color = "color", Pattern = "pattern";

    public static IReadOnlyDictionary<string, string> Of(Toy toy) =>
        new Dictionary<string, string> { [Category] = toy.Category, [Color] = toy.Color, [Pattern] = toy.Pattern };

    /// <summary>The toy, by its words only; null where the labels are no toy's.</summary>
    public static Toy? ToToy(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(Category, out var category) && labels.TryGetValue(Color, out var color)
        && labels.TryGetValue(Pattern, out var pattern) && ToyWords.Categories.Contains(category)
            ? new Toy(category, color, pattern)
            : null;
}

/// <summary>In what a verdict is right about a toy.</summary>
/// <param name="Category">The kind is right.</param>
/// <param name="Color">The colour is right.</param>
/// <param name="Pattern">The pattern is right.</param>
public sealed record Agreement(bool Category, bool Color, bool Pattern)
{
    /// <summary>All three are right.</summary>
    public bool All() => Category && Color && Pattern;

    public static Agreement Of(Toy toy, Verdict verdict) =>
        new(toy.Category == verdict.Category, toy.Color == verdict.Color, toy.Pattern == verdict.Pattern);
}
