using System.Runtime.InteropServices;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>Features of one encoder, little-endian fp32.</summary>
/// <param name="Whole">The source picture.</param>
/// <param name="Sources">The source concepts, one per true mask; see <see cref="SourceForm"/>.</param>
/// <param name="Generated">Per found concept its generated pictures.</param>
/// <param name="Joint">Pictures of the joint prompt.</param>
sealed record ItemFeatures(
    byte[] Whole, IReadOnlyList<byte[]> Sources, IReadOnlyList<IReadOnlyList<byte[]>> Generated, IReadOnlyList<byte[]> Joint)
{
    public static byte[] Pack(ReadOnlySpan<float> feature) => MemoryMarshal.AsBytes(feature).ToArray();

    public static float[] Unpack(byte[] feature) => MemoryMarshal.Cast<byte, float>(feature).ToArray();
}

/// <summary>The source concepts of the whole data set, as an encoder sees them: what generated pictures are told apart by.</summary>
sealed class Prototypes
{
    readonly Dictionary<string, int> first = [];
    readonly List<float[]> features = [];

    /// <param name="seen">Features by the picture's name; a picture's source concepts are taken from the first.</param>
    public Prototypes(IEnumerable<(string Picture, ItemFeatures Features)> seen)
    {
        foreach (var (picture, own) in seen)
            if (first.TryAdd(picture, features.Count)) features.AddRange(own.Sources.Select(ItemFeatures.Unpack));
    }

    public IReadOnlyList<float[]> All => features;

    /// <summary>The index of a picture's source concept.</summary>
    public int IndexOf(string picture, int truth) => first[picture] + truth;
}
