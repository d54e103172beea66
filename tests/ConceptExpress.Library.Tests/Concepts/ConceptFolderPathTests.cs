using System.Text.Json.Nodes;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

public sealed class ConceptFolderPathTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("a/out")]
    [InlineData("a/out/")]
    [InlineData("a/out//")]
    [InlineData("a/./out/.")]
    [InlineData("a/out/../out")]
    [InlineData("link")]
    [InlineData("link/")]
    [InlineData("linked/out")]
    public void EverySpelling_Opens(string path)
    {
        Folders.Extract(temp["a/out"]);
        Directory.CreateSymbolicLink(temp["link"], Path.Combine("a", "out"));
        Directory.CreateSymbolicLink(temp["linked"], temp["a"]);
        Assert.Equal(2, ConceptFolder.Open(temp[path]).Words.Count);
        Assert.Equal(2, ConceptFolder.Open(Path.GetRelativePath(Directory.GetCurrentDirectory(), temp["a/out"])).Words.Count);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("été à Zürich")]
    [InlineData("выход/出力")]
    [InlineData("out.d")]
    [InlineData("#?&%20'\"")]
    public void Paths_MayBeAnyText(string name)
    {
        Folders.Extract(temp[name]);
        Assert.Equal(2, ConceptFolder.Open(temp[name]).Words.Count);
    }

    [Theory]
    [InlineData("../elsewhere.safetensors")]
    [InlineData("embeddings/../../elsewhere.safetensors")]
    [InlineData("embeddings/link.safetensors")]
    [InlineData("linked/elsewhere.safetensors")]
    [InlineData("embeddings/circle")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("embeddings")]
    [InlineData("a\0b")]
    public void EmbeddingsElsewhere_AreRefused(string named)
    {
        Folders.Extract(temp["out"]);
        File.Copy(temp["out/embeddings/toys-asset0.safetensors"], temp["elsewhere.safetensors"]);
        File.CreateSymbolicLink(temp["out/embeddings/link.safetensors"], temp["elsewhere.safetensors"]);
        File.CreateSymbolicLink(temp["out/embeddings/circle"], "circle");
        Directory.CreateSymbolicLink(temp["out/linked"], temp.Path);
        AssertRefused(named);
    }

    [Fact]
    public void EmbeddingsByAbsolutePath_AreRefused_WhereTheyLieElsewhere()
    {
        Folders.Extract(temp["out"]);
        File.Copy(temp["out/embeddings/toys-asset0.safetensors"], temp["elsewhere.safetensors"]);
        AssertRefused(temp["elsewhere.safetensors"]);
        AssertRefused(new string('x', 5000));
    }

    [Fact]
    public void EmbeddingsBehindALinkInside_AreRead()
    {
        Folders.Extract(temp["out"]);
        Directory.Move(temp["out/embeddings"], temp["out/vectors"]);
        Directory.CreateSymbolicLink(temp["out/embeddings"], "vectors");
        Assert.Equal(2, ConceptFolder.Open(temp["out"]).Words.Count);
    }

    [Fact]
    public void FirstSchema_IsRefusedByASentenceThatNamesIt()
    {
        Directory.CreateDirectory(temp["out"]);
        File.Copy(FirstSchema.File, temp["out/concepts.json"]);
        var refusal = Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp["out"]));
        Assert.Contains("conceptexpress/concepts@1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(ConceptManifest.CurrentSchema, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("{ \"schema\": null }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\" }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\", \"schema\": \"conceptexpress/concepts@2\" }")]
    [InlineData("{ \"schema\": \"\\ud800\" }")]
    [InlineData("{ \"\\ud800\": 5 }")]
    public void WhatIsNoManifest_IsRefusedBySentence(string json)
    {
        temp.Fill("out/concepts.json");
        File.WriteAllText(temp["out/concepts.json"], json);
        AssertRefused();
    }

    [Fact]
    public void TooLongManifest_IsRefusedUnread()
    {
        Directory.CreateDirectory(temp["out"]);
        using (var file = File.Create(temp["out/concepts.json"])) file.SetLength((16 << 20) + 1);
        AssertRefused();
    }

    void AssertRefused(string embedding)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(temp["out/concepts.json"]))!;
        manifest["concepts"]![1]!["embedding"] = embedding;
        File.WriteAllText(temp["out/concepts.json"], manifest.ToJsonString());
        AssertRefused();
    }

    void AssertRefused() =>
        Assert.DoesNotContain('\n', Assert.Throws<ConceptFolderException>(() => ConceptFolder.Open(temp["out"])).Message);

    public void Dispose() => temp.Dispose();
}
