namespace ConceptExpress.Jobs.Tests;

/// <summary>How an embedding file and its word are written as one text.</summary>
public sealed class EmbeddingReferenceTests
{
    [Theory]
    [InlineData("cat.pt", "cat.pt", null)]
    [InlineData("cat.pt=tom", "cat.pt", "<tom>")]
    [InlineData("cat.pt=<tom>", "cat.pt", "<tom>")]
    [InlineData("cat.pt=<v1.5>", "cat.pt", "<v1.5>")]
    [InlineData("a=b.pt", "a=b.pt", null)]
    [InlineData("a=b/cat", "a=b/cat", null)]
    [InlineData("a=b\\cat", "a=b\\cat", null)]
    [InlineData("a=b.pt=tom", "a=b.pt", "<tom>")]
    public void AText_IsAFile_AndMaybeAWord(string text, string path, string? word) =>
        Assert.Equal(new EmbeddingReference(path, word), EmbeddingReference.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("cat.pt=")]
    [InlineData("=tom")]
    [InlineData("cat.pt=two words")]
    [InlineData("cat.pt=<a><b>")]
    public void WhatNamesNoFileOrNoWord_IsNothing(string text) => Assert.Null(EmbeddingReference.Parse(text));
}
