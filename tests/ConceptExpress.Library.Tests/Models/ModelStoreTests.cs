using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Models;

public sealed class ModelStoreTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(ModelStore.Embedded)]
    public void EmbeddedCheckpoint_IsFoundWithoutBeingNamed(string? name) =>
        Assert.True(File.Exists(Path.Combine(ModelStore.Find(name), "model_index.json")));

    [Fact]
    public void EmbeddedCheckpoint_BesideTheProgram_ComesFirst()
    {
        using var temp = new TemporaryFolder();
        Directory.CreateDirectory(temp["models/toybox"]);
        File.WriteAllText(temp["models/toybox/model_index.json"], "{}");
        Assert.Equal(temp["models/toybox"], ModelStore.FindEmbedded(temp.Path));
        Assert.Equal(temp["models/toybox"], ModelStore.FindEmbedded(temp["bin/tools"]));
    }

    [Fact]
    public void MissingCheckpoint_IsSaidInOneSentence()
    {
        using var temp = new TemporaryFolder();
        Assert.DoesNotContain('\n', Assert.Throws<CheckpointException>(() => ModelStore.FindEmbedded(temp.Path)).Message);
        Assert.Contains("absent", Assert.Throws<CheckpointException>(() => ModelStore.Find(temp["absent"])).Message);
    }

    [Fact]
    public void NamedCheckpoint_IsItsFolder()
    {
        Assert.Equal(TestFolders.Toybox, ModelStore.Find(TestFolders.Toybox));
        Assert.Equal(TestFolders.Toybox, ModelStore.NameFor(TestFolders.Toybox));
        Assert.Equal(ModelStore.Embedded, ModelStore.NameFor(null));
    }
}
