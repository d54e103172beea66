using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly LocalModels store = new();

    [Theory]
    [InlineData("embedded:toybox", typeof(EmbeddedModel))]
    [InlineData("hub:owner/name@main#x.safetensors", typeof(HubModel))]
    [InlineData("/models/sd", typeof(FolderModel))]
    [InlineData("models/sd", typeof(FolderModel))]
    [InlineData(@"C:\models\sd", typeof(FolderModel))]
    public void AReference_ComesBackFromItsText(string text, Type kind)
    {
        var reference = ModelReference.Parse(text);
        Assert.IsType(kind, reference);
        Assert.Equal(text, reference.ToString());
        Assert.Equal(reference, ModelReference.Parse(reference.ToString()));
    }

    [Fact]
    public void TheEmbeddedCheckpoint_IsFound() =>
        Assert.True(File.Exists(Path.Combine(store.Find(ModelReference.Embedded), "model_index.json")));

    [Fact]
    public void TheEmbeddedCheckpoint_BesideTheProgram_ComesFirst()
    {
        Directory.CreateDirectory(temp["models/toybox"]);
        File.WriteAllText(temp["models/toybox/model_index.json"], "{}");
        Assert.Equal(temp["models/toybox"], EmbeddedModels.Find("toybox", temp.Path));
        Assert.Equal(temp["models/toybox"], EmbeddedModels.Find("toybox", temp["bin/tools"]));
    }

    [Fact]
    public void AMissingCheckpoint_IsSaidInOneSentence()
    {
        Assert.DoesNotContain('\n', Assert.Throws<CheckpointException>(() => EmbeddedModels.Find("toybox", temp.Path)).Message);
        Assert.Contains("absent", Assert.Throws<CheckpointException>(() => store.Find(new FolderModel(temp["absent"]))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    public void AnEmbeddedModelsName_LeadsNowhereElse(string name) =>
        Assert.Throws<CheckpointException>(() => store.Find(new EmbeddedModel(name)));

    [Fact]
    public void AFolderThatIsNamed_IsTaken() => Assert.Equal(TestFolders.Toybox, store.Find(new FolderModel(TestFolders.Toybox)));

    [Theory]
    [InlineData("models/toybox")]
    [InlineData("../models/toybox")]
    [InlineData("//server/share/model")]
    [InlineData(@"\\server\share\model")]
    [InlineData("/absent/model")]
    public void WhatAResultNames_IsNotLookedForAnywhere(string path) =>
        Assert.Contains(path, Assert.Throws<CheckpointException>(() => store.FindRecorded(new FolderModel(path))).Message);

    [Fact]
    public void WhatAResultNames_OnThisMachine_IsFound()
    {
        Assert.Equal(TestFolders.Toybox, store.FindRecorded(new FolderModel(TestFolders.Toybox)));
        Assert.Equal(EmbeddedModels.Find("toybox"), store.FindRecorded(ModelReference.Embedded));
    }

    public void Dispose() => temp.Dispose();
}
