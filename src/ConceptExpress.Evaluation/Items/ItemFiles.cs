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

    /// <summary>The folder that holds the source pictures.</summary>
    public const string Sources = "sources";

    /// <summary>A source picture by its name, relative to the output folder.</summary>
    public static string Source(string name) => $"{Sources}/{name}.png";

    /// <summary>A source picture with its true masks, by the picture's name, relative to the output folder.</summary>
    public static string Truth(string name) => $"{Sources}/{name}-truth.png";
}
