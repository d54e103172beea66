using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

public sealed class ConceptFolderEditorTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public ConceptFolderEditorTests()
    {
        Directory.CreateDirectory(temp["out"]);
        ConceptFolderWriter.Write(temp["out"], Reports.Learned());
    }

    void Rename(params (string From, string To)[] names) =>
        new ConceptFolderEditor(temp["out"]).Rename(names.ToDictionary(each => each.From, each => each.To));

    [Fact]
    public void Rename_RenamesFilesAndWord_AndKeepsTheVectorsAndPictures()
    {
        var before = ConceptFolder.Open(temp["out"]);
        var drawn = File.ReadAllBytes(temp["out/previews/toys-asset0-1.png"]);
        Rename(("toys-asset0", "red-ball"));
        var after = ConceptFolder.Open(temp["out"]);
        Assert.Equal(["<red-ball>", "<toys-asset1>"], after.Words.Select(word => word.Token));
        Assert.Equal(before.Words.Select(word => word.Vectors), after.Words.Select(word => word.Vectors));
        Assert.Equal(drawn, File.ReadAllBytes(temp["out/previews/red-ball-1.png"]));
        Assert.Equal("<red-ball>", EmbeddingFile.Read(temp["out/embeddings/red-ball.safetensors"]).Words[0].Token);
        Assert.Contains("embedding:red-ball", EmbeddingMetadata.In(temp["out/embeddings/red-ball.safetensors"])["modelspec.usage_hint"],
            StringComparison.Ordinal);
        Assert.DoesNotContain(temp.Files(), file => file.Contains("toys-asset0", StringComparison.Ordinal));
        Assert.Contains("out/masks/asset0.png", temp.Files());
        // All of it is still an extraction's.
        Folders.Extract(temp["out"], replace: true);
    }

    [Fact]
    public void ARenamedFolder_HoldsTheSameFilesAsOneThatWasNamedSoAtOnce()
    {
        Rename(("toys-asset0", "red-ball"), ("toys-asset1", "car"));
        Directory.CreateDirectory(temp["other"]);
        ConceptFolderWriter.Write(temp["other"], Reports.Learned() with { GivenNames = ["red-ball", "car"] });
        string[] differ = [ResultNames.Run, ResultNames.Metrics, ResultNames.Chart, ResultNames.Events, ResultNames.Report];
        var names = Directory.GetFiles(temp["other"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(temp["other"], file));
        foreach (var name in names.Except(differ))
            Assert.True(File.ReadAllBytes(temp[$"other/{name}"]).AsSpan().SequenceEqual(File.ReadAllBytes(temp[$"out/{name}"])), name);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("two words")]
    [InlineData("")]
    [InlineData("toys-asset1")]
    [InlineData("TOYS-ASSET1")]
    public void NamesThatCannotBe_AreRefused_AndNothingChanges(string name)
    {
        var before = temp.Files();
        Assert.Throws<SettingsException>(() => Rename(("toys-asset0", name)));
        Assert.Equal(before, temp.Files());
        Assert.Equal("<toys-asset0>", ConceptFolder.Open(temp["out"]).Words[0].Token);
    }

    [Fact]
    public void AFileInTheWay_IsRefused_AndNothingChanges()
    {
        temp.Fill("out/embeddings/ball.preview.png");
        var before = temp.Files();
        Assert.Throws<OutputException>(() => Rename(("toys-asset0", "ball")));
        Assert.Equal(before, temp.Files());
        Assert.Equal(2, ConceptFolder.Open(temp["out"]).Words.Count);
    }

    [Theory]
    [InlineData("toys-asset1")]
    [InlineData("<toys-asset1>")]
    [InlineData("asset1")]
    [InlineData("<asset1>")]
    public void Concepts_AreFoundByNameWordOrEnd(string name) =>
        Assert.Equal("toys-asset1", new ConceptFolderEditor(temp["out"]).Find(name).Name);

    [Theory, InlineData("asset2"), InlineData("Asset1"), InlineData(""), InlineData("a b")]
    public void UnknownConcepts_AreRefused_NamingThoseThatAreThere(string name) => Assert.Contains("toys-asset0, toys-asset1",
        Assert.Throws<SettingsException>(() => new ConceptFolderEditor(temp["out"]).Find(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Remove_DeletesAConceptsFiles_AndThePreviewOfAll()
    {
        new ConceptFolderEditor(temp["out"]).Remove(["toys-asset0"]);
        Assert.Equal(["<toys-asset1>"], ConceptFolder.Open(temp["out"]).Words.Select(word => word.Token));
        Assert.DoesNotContain(temp.Files(), file => file.Contains("asset0", StringComparison.Ordinal) || file.Contains("joint"));
        Assert.Null(ConceptFolder.ReadManifest(temp["out"]).JointPreview);
        Folders.Extract(temp["out"], replace: true);
    }

    [Fact]
    public void TheLastConcept_IsNotRemoved() =>
        Assert.Throws<SettingsException>(() => new ConceptFolderEditor(temp["out"]).Remove(["toys-asset0", "toys-asset1"]));

    /// <summary>An edited list names files of others.</summary>
    [Fact]
    public void FilesOutsideTheFolder_AreNeitherDeletedNorCopied()
    {
        temp.Fill("mine.png");
        var file = temp["out/concepts.json"];
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["concepts"]![0]!["mask"] = "../mine.png";
        json["concepts"]![0]!["previews"]![0] = "../mine.png";
        File.WriteAllText(file, json.ToJsonString());
        Rename(("toys-asset0", "ball"));
        Assert.False(File.Exists(temp["out/previews/ball-0.png"]));
        new ConceptFolderEditor(temp["out"]).Remove(["ball"]);
        Assert.True(File.Exists(temp["mine.png"]));
    }

    public void Dispose() => temp.Dispose();
}
