namespace ConceptExpress.Evaluation.Items;

/// <summary>Names of the files and folders in an evaluation's output folder. Paths have forward slashes.</summary>
static class ItemFiles
{
    /// <summary>The folder that holds all items.</summary>
    public const string Items = "items";

    /// <summary>The folder of one item, relative to the output folder.</summary>
    public static string Folder(string key) => $"{Items}/{key}";

    /// <summary>In an item's folder: the source picture with the masks that were found.</summary>
    public const string Found = "found.png";

    /// <summary>In an item's folder: a sample of a concept, both counted from 0.</summary>
    public static string Concept(int concept, int sample) => $"concept{concept}-{sample}.png";

    /// <summary>In an item's folder: a sample of the joint prompt, counted from 0.</summary>
    public static string Joint(int sample) => $"joint-{sample}.png";

    /// <summary>In an item's folder: drawings of the words of two concepts together.</summary>
    public static PairFiles PairOf(int first, int second) => new($"pair{first}-{second}");

    /// <summary>In an item's folder: drawings of the phrases of two concepts' things together.</summary>
    public static PairFiles PhrasesOf(int first, int second) => new($"phrases{first}-{second}");

    /// <summary>The folder that holds the source pictures.</summary>
    public const string Sources = "sources";

    /// <summary>A source picture by its name, relative to the output folder.</summary>
    public static string Source(string name) => $"{Sources}/{name}.png";

    /// <summary>A source picture with its true masks, by the picture's name, relative to the output folder.</summary>
    public static string Truth(string name) => $"{Sources}/{name}-truth.png";
}

/// <summary>Names of the files of two things that are drawn together.</summary>
/// <param name="Name">What all names begin with.</param>
readonly record struct PairFiles(string Name)
{
    /// <summary>A drawing, counted from 0.</summary>
    public string Drawing(int sample) => $"{Name}-{sample}.png";

    /// <summary>The mask of a thing that was found in a drawing, both counted from 0.</summary>
    public string Thing(int sample, int thing) => $"{Name}-{sample}-thing{thing}.png";
}
