namespace ConceptExpress.Toybox.Scenes;

/// <summary>The words that describe toys and scenes.</summary>
static class ToyWords
{
    /// <summary>The 20 categories of toys.</summary>
    public static IReadOnlyList<string> Categories { get; } =
    [
        "ball", "block", "star", "heart", "ring", "car", "boat", "duck", "fish", "mushroom",
        "tree", "house", "cup", "drum", "kite", "rocket", "flower", "ladybug", "robot", "umbrella",
    ];

    /// <summary>The 8 colors of toys.</summary>
    public static IReadOnlyList<string> Colors { get; } = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "white"];

    /// <summary>The 4 patterns of toys; captions leave out the first.</summary>
    public static IReadOnlyList<string> Patterns { get; } = ["plain", "striped", "dotted", "checked"];

    /// <summary>The 8 backgrounds of scenes.</summary>
    public static IReadOnlyList<string> Backgrounds { get; } = ["grass", "sand", "wood", "water", "snow", "sky", "brick", "paper"];

    /// <summary>The plurals of the categories, in their order. Only vocabularies of architectures that count have them.</summary>
    public static IReadOnlyList<string> Plurals { get; } = [.. Categories.Select(Plural)];

    /// <summary>The plural of a category.</summary>
    public static string Plural(string category) => category == "fish" ? category : category + "s";

    /// <summary>All words: the lists above, the other words of captions, and common words for prompts. Unique, in lower case.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Categories, .. Colors, .. Patterns, .. Backgrounds,
        "a", "photo", "of", "and", "on",
        "an", "the", "in", "with", "at", "by", "to", "is", "its", "from", "near", "under", "over", "beside", "behind", "no", "not",
        "picture", "image", "painting", "drawing", "toy", "toys", "thing", "object", "background", "color", "pattern",
        "one", "two", "three", "four", "five", "many", "big", "small", "large", "tiny", "little", "old", "new", "nice", "cute",
        "bright", "dark", "black", "gray", "brown", "beach", "sea", "lake", "river", "garden", "park", "forest", "mountain", "street",
        "city", "room", "table", "floor", "wall", "field", "sun", "moon", "night", "day", "summer", "winter",
    ];
}
