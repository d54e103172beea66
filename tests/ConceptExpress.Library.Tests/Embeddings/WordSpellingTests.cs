using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Embeddings;

/// <summary>What the words of a file are called (docs/embeddings.md).</summary>
public sealed class WordSpellingTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("cat.pt", "<tom>", null, "<tom>")]
    [InlineData("cat.pt", "tom", null, "<cat>")]
    [InlineData("cat.pt", "*", null, "<cat>")]
    [InlineData("cat.v2.pt", "emb_params", null, "<cat.v2>")]
    [InlineData("my cat (1).pt", "*", null, "<my-cat-(1)>")]
    [InlineData("猫.pt", "*", null, "<猫>")]
    [InlineData("<>.pt", "*", null, "<embedding>")]
    [InlineData("cat.pt", "<my tom>", null, "<my-tom>")]
    [InlineData("cat.pt", "<tom>", "<jerry>", "<jerry>")]
    [InlineData("cat.pt", "<tom>", "jerry", "<jerry>")]
    [InlineData("cat.pt", "*", "jerry", "<jerry>")]
    public void AWord_IsCalledAsGiven_ElseAsItsKey_ElseAsItsFile(string file, string key, string? given, string expected) =>
        Assert.Equal([expected], Words(file, given, key));

    [Theory]
    [InlineData(null, "<asset0>", "<asset1>")]
    [InlineData("<toys>", "<toys-asset0>", "<toys-asset1>")]
    public void SeveralWords_KeepTheirKeys_WithTheGivenWordBefore(string? given, params string[] expected) =>
        Assert.Equal(expected, Words("learned_embeds.bin", given, "<asset0>", "<asset1>"));

    [Fact]
    public void ChangedNames_AreNoted()
    {
        var path = EmbeddingFiles.Write("zip", temp["my cat.pt"], [new("*", [4])]);
        Assert.Contains("'my cat' of", Assert.Single(EmbeddingFile.Read(path).Notes));
        Assert.Empty(EmbeddingFile.Read(path, "cat").Notes);
    }

    [Fact]
    public void TheTitleInAPickle_CountsIfItIsAWord()
    {
        string Word(string title) => EmbeddingFile.Read(
            EmbeddingFiles.Write("zip", temp["file.pt"], [new("string_to_param/*", [4])], false, ("name", title))).Words[0].Token;
        Assert.Equal(("<tom>", "<file>"), (Word("<tom>"), Word("tom")));
    }

    [Fact]
    public void TwoWordsThatWouldBeAlike_AreRefused() =>
        Assert.Contains("<a-b>", Assert.Throws<EmbeddingException>(() => Words("x", null, "<a b>", "<a-b>")).Message);

    [Fact]
    public void WordsThatWouldBeTooLong_AreRefused() => Assert.Contains("longer than 100",
        Assert.Throws<EmbeddingException>(() => Words("x", new string('a', 60), $"<{new string('b', 60)}>", "<c>")).Message);

    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    [InlineData("two words")]
    [InlineData("<a><b>")]
    public void WhatCannotBeAWord_IsNoArgument(string given) =>
        Assert.Throws<ArgumentException>(() => Words("x", given, "<cat>"));

    [Fact]
    public void NamesOfFiles_AreDifferentOnEveryDisk()
    {
        Assert.Equal("cat", ConceptNames.FileNameFor("<cat>", []));
        Assert.Equal("Cat-2", ConceptNames.FileNameFor("<Cat>", ["cat"]));
        Assert.Equal("-", ConceptNames.FileNameFor("<猫>", []));
        Assert.Equal("--2", ConceptNames.FileNameFor("<犬>", ["-"]));
        Assert.Equal("word", ConceptNames.FileNameFor("<..>", []));
    }

    IEnumerable<string> Words(string file, string? given, params string[] keys) =>
        EmbeddingFile.Read(EmbeddingFiles.Write("safetensors", temp[file], [.. keys.Select(key => new StoredVectors(key, [4]))]), given)
            .Words.Select(word => word.Token);

    public void Dispose() => temp.Dispose();
}
