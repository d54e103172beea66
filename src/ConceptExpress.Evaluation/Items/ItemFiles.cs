namespace ConceptExpress.Evaluation.Items;

/// <summary>What files and folders of an evaluation's output folder are called. Paths have forward slashes.</summary>
public static class ItemFiles
{
    /// <summary>The folder of items.</summary>
    public const string Items = "items";

    /// <summary>An item's folder.</summary>
    public static string Folder(string key) => $"{Items}/{key}";

    /// <summary>In an item's folder: the source picture with the masks that were found.</summary>
    public const string Found = "found.png";

    /// <summary>In an item's folder: a generated picture of a concept, both counted from 0.</summary>
    public static string Concept(int concept, int sample) => $"concept{concept}-{sample}.png";

    /// <summary>In an item's folder: a picture of the joint prompt.</summary>
    public static string Joint(int sample) => $"joint-{sample}.png";

    /// <summary>The folder of source pictures.</summary>
    public const string Sources = "sources";

    /// <summary>The source picture.</summary>
    public static string Source(string name) => $"{Sources}/{name}.png";

    /// <summary>The source picture with its true masks.</summary>
    public static string Truth(string name) => $"{Sources}/{name}-truth.png";
}
