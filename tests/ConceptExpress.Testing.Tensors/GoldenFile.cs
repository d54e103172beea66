using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>A file of golden tensors.</summary>
public sealed class GoldenFile : IDisposable
{
    readonly SafeTensorsFile file;

    GoldenFile(SafeTensorsFile file) => this.file = file;

    /// <summary>A file of the golden suite, or the copy that the repository holds; skips the test where neither is.</summary>
    /// <param name="relative">Path in the golden folder.</param>
    /// <param name="committed">Whether tests/data/golden has a copy to fall back on.</param>
    public static GoldenFile Open(string relative, bool committed = false) =>
        new(SafeTensorsFile.Open(TestFolders.Golden(relative, committed)));

    /// <summary>Any file.</summary>
    public static GoldenFile At(string path) => new(SafeTensorsFile.Open(path));

    public IEnumerable<string> Keys => file.Names;
    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;
    public bool Has(string key) => file.Contains(key);

    /// <summary>As stored.</summary>
    public Tensor Stored(string key) => file.Read(key);

    public IReadOnlyList<long> Shape(string key) => file[key].Shape;

    /// <summary>Converted to fp32.</summary>
    public Tensor this[string key] => file.Read(key, ScalarType.Float32);

    public long[] Integers(string key)
    {
        using var tensor = file.Read(key, ScalarType.Int64);
        return [.. tensor.data<long>()];
    }

    /// <summary>Keys that match a pattern, with its groups.</summary>
    public IEnumerable<(string Key, GroupCollection Groups)> Matching(string pattern) =>
        Keys.Order(StringComparer.Ordinal).Select(key => (key, Regex.Match(key, $"^{pattern}$"))).Where(m => m.Item2.Success)
            .Select(m => (m.key, m.Item2.Groups));

    /// <summary>As <see cref="Matching"/>; fails where none is, since a test that compares nothing would pass.</summary>
    public IReadOnlyList<(string Key, GroupCollection Groups)> SomeMatching(string pattern)
    {
        var found = Matching(pattern).ToList();
        Xunit.Assert.True(found.Count > 0, $"the golden file has no key like {pattern}");
        return found;
    }

    public void Dispose() => file.Dispose();
}
