using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

public sealed class ConceptFolderTests : IDisposable
{
    static readonly string[] DifferFromRunToRun =
        [ResultNames.Run, ResultNames.Metrics, ResultNames.Chart, ResultNames.Events, ResultNames.Report];

    readonly TemporaryFolder temp = new();

    [Fact]
    public void Folder_ReadsBackAsItWasWritten()
    {
        var report = Reports.Learned();
        var written = ConceptFolderWriter.Write(temp.Path, report);
        var read = ConceptFolder.Open(temp.Path);
        Assert.Equal(Json(written), Json(read.Manifest));
        Assert.Equal(report.Names.Select(name => $"<{name}>"), read.Words.Select(word => word.Token));
        Assert.Equal(report.Learned!.Words.Select(word => word.Vectors), read.Words.Select(word => word.Vectors));
    }

    [Fact]
    public void Folder_HoldsEveryFileThatItsManifestNames()
    {
        var manifest = ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        var named = manifest.Concepts
            .SelectMany(c => c.Previews.Concat([c.Mask!, c.Embedding!, ResultNames.EmbeddingPreview(c.Name)]))
            .Append(manifest.JointPreview!)
            .Concat([ResultNames.Manifest, ResultNames.Overlay, .. DifferFromRunToRun]);
        Assert.Equal(named.Order(StringComparer.Ordinal), Files(temp.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Folder_HasTheSameBytes_ForTheSameExtraction()
    {
        using var other = new TemporaryFolder();
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        ConceptFolderWriter.Write(other.Path, Reports.Learned());
        foreach (var file in Files(temp.Path).Except(DifferFromRunToRun))
            Assert.True(File.ReadAllBytes(temp[file]).AsSpan().SequenceEqual(File.ReadAllBytes(other[file])), $"{file} differs");
    }

    [Fact]
    public void Masks_HaveThePicturesSize_AndCoverTheSaidShare()
    {
        var manifest = ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        foreach (var concept in manifest.Concepts)
        {
            var mask = ImageReader.ReadMask(temp[concept.Mask!]);
            Assert.Equal((manifest.Image!.Width, manifest.Image.Height), (mask.Width, mask.Height));
            Assert.Equal(concept.Coverage, mask.Coverage);
            Assert.InRange(mask.Coverage, 0.1, 0.9);
            var values = ImageReader.Read(temp[concept.Mask!]).Pixels;
            Assert.Equal(values.Length, values.Count(byte.MaxValue) + values.Count((byte)0));
        }
    }

    [Fact]
    public void Embedding_IsOneVectorUnderItsToken_WithMetadataButNoDate()
    {
        var report = Reports.Learned();
        var manifest = ConceptFolderWriter.Write(temp.Path, report);
        using var file = SafeTensorsFile.Open(temp[manifest.Concepts[1].Embedding!]);
        Assert.Equal(["<toys-asset1>"], file.Names);
        Assert.Equal([report.Learned!.Words[1].Vectors[0].Length], file["<toys-asset1>"].Shape);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("<embed:toys-asset1>", file.Metadata["modelspec.trigger_phrase"]);
        Assert.Equal(manifest.Model!.Hash, file.Metadata["conceptexpress.base_model_hash"]);
        Assert.DoesNotContain("modelspec.date", file.Metadata.Keys);
        Assert.DoesNotContain("modelspec.license", file.Metadata.Keys); // not known
    }

    [Fact]
    public void Embedding_NamesTheLicenceOfItsCheckpoint()
    {
        var report = Reports.Learned();
        var manifest = ConceptFolderWriter.Write(temp.Path, report with { Model = report.Model with { Licence = "openrail" } });
        using var file = SafeTensorsFile.Open(temp[manifest.Concepts[1].Embedding!]);
        Assert.Equal("openrail", file.Metadata["modelspec.license"]);
        Assert.Equal("openrail", ConceptFolder.ReadManifest(temp.Path).Model!.Licence);
    }

    [Fact]
    public void LocatedOnly_HasNoWords_AndSaysSo()
    {
        var manifest = ConceptFolderWriter.Write(temp.Path, Reports.LocatedOnly());
        Assert.All(manifest.Concepts, concept => Assert.Null(concept.Embedding));
        Assert.False(Directory.Exists(temp[ResultNames.Embeddings]));
        Assert.Contains("extract", Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp.Path)).Message);
    }

    [Fact]
    public void NothingFound_IsAFolderWithoutConcepts()
    {
        var nothing = Reports.Learned() with { Located = [], Learned = new ConceptSet([], null), Previews = null, Steps = new StepLog() };
        Assert.Empty(ConceptFolderWriter.Write(temp.Path, nothing).Concepts);
        Assert.Empty(ConceptFolder.ReadManifest(temp.Path).Concepts);
        Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp.Path));
    }

    [Fact]
    public void RenamedToken_IsWhatTheFolderThenSays()
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        Edit(manifest => manifest["concepts"]![0]!["token"] = "<teapot>");
        Assert.Equal(["<teapot>", "<toys-asset1>"], ConceptFolder.Open(temp.Path).Words.Select(word => word.Token));
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "schema", "\"conceptexpress/concepts@99\"" },
        { "prefix", "\"two words\"" },
        { "prefix", "null" },
        { "concepts", "[null]" },
        { "concepts", "17" },
        { "image", "null" },
        { "settings", "{\"passes\": \"many\"}" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void DamagedManifest_IsRefusedInOneSentence(string field, string value)
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        Edit(manifest => manifest[field] = JsonNode.Parse(value));
        AssertRefused();
    }

    [Theory]
    [InlineData("token", "asset0")]
    [InlineData("token", "<toys-asset1>")]
    [InlineData("token", "<a b>")]
    [InlineData("name", "../asset0")]
    [InlineData("embedding", "../asset0.safetensors")]
    [InlineData("embedding", "/etc/passwd")]
    [InlineData("embedding", "embeddings/absent.safetensors")]
    [InlineData("embedding", "overlay.png")]
    public void HostileConcept_IsRefusedInOneSentence(string field, string value)
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        Edit(manifest => manifest["concepts"]![0]![field] = value);
        AssertRefused();
    }

    [Fact]
    public void MissingFolder_IsRefused() => Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp["absent"]));

    [Fact]
    public void TruncatedManifest_IsRefused()
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        var file = temp[ResultNames.Manifest];
        File.WriteAllText(file, File.ReadAllText(file)[..200]);
        AssertRefused();
    }

    [Theory]
    [InlineData("photo of toys.jpeg", "photo-of-toys")]
    [InlineData("<>.png", "picture-24295a")]
    [InlineData("...", "picture-5ec1f7")]
    [InlineData("a-1.b.png", "a-1.b")]
    [InlineData("Genève.jpg", "Gen-ve-1bff46")]
    [InlineData("\u72ac.png", "picture-1e82f9")]
    [InlineData("\u732b-01.png", "01-1137f3")]
    [InlineData("a name that is longer than forty characters.png", "a-name-that-is-longer-than-forty-546f70")]
    public void Prefix_IsMadeOfPlainCharacters(string image, string prefix)
    {
        Assert.Equal(prefix, ConceptNames.PrefixFor(image));
        Assert.True(ConceptNames.IsPrefix(prefix));
    }

    [Theory]
    [InlineData("\u72ac.png", "\u732b.png")]
    [InlineData("\u72ac-01.png", "\u732b-01.png")]
    [InlineData("a name that is longer than forty characters.png", "a name that is longer than forty letters.png")]
    public void DifferentPictures_HaveDifferentPrefixes(string one, string other) =>
        Assert.NotEqual(ConceptNames.PrefixFor(one), ConceptNames.PrefixFor(other));

    [Fact]
    public void Names_AreGivenOnes_ThenThePicturesOwn_AllDifferent()
    {
        Assert.Equal(["toys-asset0", "toys-asset1"], ConceptNames.For("toys", ["<asset0>", "<asset1>"], []));
        Assert.Equal(["ball", "toys-asset1"], ConceptNames.For("toys", ["<asset0>", "<asset1>"], ["ball"]));
        Assert.Equal(["Toys-asset1", "toys-asset1-2"], ConceptNames.For("toys", ["<asset0>", "<asset1>"], ["Toys-asset1"]));
        Assert.Equal(["ball"], ConceptNames.For("toys", ["<asset0>"], ["ball", "car"]));
    }

    void AssertRefused()
    {
        var refusal = Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp.Path));
        Assert.DoesNotContain('\n', refusal.Message);
    }

    void Edit(Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(temp[ResultNames.Manifest]))!;
        change(manifest);
        File.WriteAllText(temp[ResultNames.Manifest], manifest.ToJsonString());
    }

    static string Json(ConceptManifest manifest) => System.Text.Json.JsonSerializer.Serialize(manifest, LibraryJson.Indented);

    static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'));

    public void Dispose() => temp.Dispose();
}
