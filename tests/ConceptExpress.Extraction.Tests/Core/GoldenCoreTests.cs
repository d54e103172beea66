using ConceptExpress.Testing;

namespace ConceptExpress.Extraction.Tests.Core;

public class GoldenCoreTests
{
    const long MaxBytes = 15_000_000;

    [Fact]
    public void Core_IsSmall_AndHoldsNeitherPicturesNorVocabularies()
    {
        var files = new DirectoryInfo(TestFolders.GoldenCore()).GetFiles("*", SearchOption.AllDirectories);
        Assert.InRange(files.Sum(file => file.Length), 1, MaxBytes);
        Assert.All(files, file => Assert.True(file.Extension is ".safetensors" or ".json" or ".md", file.FullName));
        Assert.DoesNotContain(files, file => file.Name is "vocab.json" or "merges.txt");
    }

    /// <summary>Not a test: makes the core anew from the whole golden suite (tests/data/golden/README.md).</summary>
    [Fact(Explicit = true)]
    public void Core_IsMadeFromTheGoldenSuite() => GoldenCore.Write();
}
