namespace ConceptExpress.Evaluation.Running;

/// <summary>What the pictures of an item are called.</summary>
public static class ItemFiles
{
    /// <summary>The source picture with the masks that were found.</summary>
    public const string Found = "found.png";

    /// <summary>A generated picture of a concept, both counted from 0.</summary>
    public static string Concept(int concept, int sample) => $"concept{concept}-{sample}.png";

    /// <summary>A picture of the joint prompt.</summary>
    public static string Joint(int sample) => $"joint-{sample}.png";

    /// <summary>The folder of source pictures.</summary>
    public const string Sources = "sources";

    /// <summary>The source picture.</summary>
    public static string Source(string name) => $"{Sources}/{name}.png";

    /// <summary>The source picture with its true masks.</summary>
    public static string Truth(string name) => $"{Sources}/{name}-truth.png";
}
