using System.Text.Json.Nodes;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

/// <summary>What a manifest names is deleted when results are replaced, so it must name results only.</summary>
public sealed class HostileManifestTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public HostileManifestTests()
    {
        Folders.Extract(temp["out"]);
        temp.Fill("precious.png", "out/precious.txt", "out/deeper/masks/precious.png", "elsewhere/precious.png");
    }

    public static TheoryData<string> Elsewhere =>
        ["../precious.png", "masks/../../precious.png", "precious.txt", "./precious.txt", "masks/../precious.txt",
            "deeper/masks/precious.png", "", ".", "..", "masks", "masks/", "a\0b"];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void FilesElsewhere_StayWhereTheyAre(string named)
    {
        Name(named);
        Folders.Extract(temp["out"], replace: true);
        AssertPreciousFilesAreThere();
    }

    [Fact]
    public void AbsolutePaths_StayWhereTheyAre()
    {
        Name(temp["precious.png"]);
        Folders.Extract(temp["out"], replace: true);
        AssertPreciousFilesAreThere();
    }

    [Fact]
    public void FilesBehindALink_StayWhereTheyAre()
    {
        Directory.Delete(temp["out/masks"], recursive: true);
        Directory.CreateSymbolicLink(temp["out/masks"], temp["elsewhere"]);
        Name("masks/precious.png");
        Assert.Throws<OutputOccupiedException>(() => Folders.Extract(temp["out"], replace: true));
        AssertPreciousFilesAreThere();
    }

    [Theory]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\", \"learned\": true, \"learned\": true }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\", \"concepts\": [ { \"mask\": \"a\", \"mask\": \"b\" } ] }")]
    [InlineData("{ \"schema\": \"\\ud800\" }")]
    [InlineData("{ \"schema\": 5 }")]
    [InlineData("{ \"schema\": \"somebody/else@2\" }")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public void WhatIsNoManifest_MakesNothingOurs(string json)
    {
        File.WriteAllText(temp["out/concepts.json"], json);
        var before = temp.State();
        Assert.Throws<OutputOccupiedException>(() => Folders.Extract(temp["out"], replace: true));
        Assert.Equal(before, temp.State());
    }

    [Theory]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\", \"learned\": true, \"concepts\": 5, \"jointPreview\": {} }")]
    [InlineData(
        "{ \"schema\": \"conceptexpress/concepts@2\", \"learned\": true, \"concepts\": [null, 5, { \"mask\": 5, \"embedding\": [], "
        + "\"previews\": [null, 5] }] }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@9\", \"learned\": true }")]
    public void OddManifest_IsReadAsFarAsItCanBe(string json)
    {
        foreach (var folder in new[] { "masks", "previews", "embeddings" }) Directory.Delete(temp[$"out/{folder}"], recursive: true);
        File.WriteAllText(temp["out/concepts.json"], json);
        Folders.Extract(temp["out"], replace: true);
        AssertPreciousFilesAreThere();
    }

    void Name(string file)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(temp["out/concepts.json"]))!;
        manifest["jointPreview"] = file;
        manifest["concepts"]!.AsArray().Add(new JsonObject { ["mask"] = file, ["embedding"] = file, ["previews"] = new JsonArray(file) });
        File.WriteAllText(temp["out/concepts.json"], manifest.ToJsonString());
        File.Delete(temp["out/previews/joint.png"]); // nobody names it any more
    }

    void AssertPreciousFilesAreThere()
    {
        foreach (var file in new[] { "precious.png", "out/precious.txt", "out/deeper/masks/precious.png", "elsewhere/precious.png" })
            Assert.Equal("mine", File.ReadAllText(temp[file]));
    }

    public void Dispose() => temp.Dispose();
}
