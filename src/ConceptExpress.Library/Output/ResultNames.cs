using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Output;

/// <summary>What files and folders of results are called: the one list of names that <c>--force</c> may replace.</summary>
public static partial class ResultNames
{
    public const string Manifest = "concepts.json";
    public const string Overlay = "overlay.png";
    public const string Masks = "masks";
    public const string Embeddings = "embeddings";
    public const string Previews = "previews";
    public const string Run = "run.json";
    public const string Metrics = "metrics.csv";
    public const string Chart = "training.png";
    public const string Grid = "grid.png";

    /// <summary>A generated picture, counted from 0.</summary>
    public static string Picture(int index) => $"image-{index:000}.png";

    /// <summary>Whether an entry of a folder goes by the name of a result.</summary>
    public static bool Holds(string entry) =>
        entry is Manifest or Overlay or Masks or Embeddings or Previews or Run or Metrics or Chart or Grid || GeneratedPicture().IsMatch(entry);

    [GeneratedRegex(@"^image-\d{3,}\.png$")]
    private static partial Regex GeneratedPicture();
}
