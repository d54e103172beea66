using System.Runtime.InteropServices;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>One encoder's features of an item's pictures. Each feature is little-endian fp32 bytes.</summary>
/// <param name="Whole">The feature of the source picture.</param>
/// <param name="Sources">The features of the source concepts, one per true mask; see <see cref="SourceForm"/>.</param>
/// <param name="Generated">Per found concept, the features of its generated pictures.</param>
/// <param name="Joint">The features of the pictures of the joint prompt.</param>
sealed record ItemFeatures(
    byte[] Whole, IReadOnlyList<byte[]> Sources, IReadOnlyList<IReadOnlyList<byte[]>> Generated, IReadOnlyList<byte[]> Joint)
{
    public static byte[] Pack(ReadOnlySpan<float> feature) => MemoryMarshal.AsBytes(feature).ToArray();

    public static float[] Unpack(byte[] feature) => MemoryMarshal.Cast<byte, float>(feature).ToArray();
}

/// <summary>One encoder's features of all source concepts of the data set: the classes of ACC^k.</summary>
sealed class Prototypes
{
    readonly Dictionary<string, int> first = [];
    readonly List<float[]> features = [];

    /// <param name="seen">Features with the name of their picture. If a picture comes several times, its first source concepts are
    /// used.</param>
    public Prototypes(IEnumerable<(string Picture, ItemFeatures Features)> seen)
    {
        foreach (var (picture, own) in seen)
            if (first.TryAdd(picture, features.Count)) features.AddRange(own.Sources.Select(ItemFeatures.Unpack));
    }

    public IReadOnlyList<float[]> All => features;

    /// <summary>The index in <see cref="All"/> of a picture's thing.</summary>
    public int IndexOf(string picture, int truth) => first[picture] + truth;
}
