using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Text.Prompts;

namespace ConceptExpress.Diffusion.Tests.Text.Prompts;

public sealed class PromptChunksTests
{
    static readonly ClipTokenizer Tokenizer =
        ToyboxTokenizer.Load().WithPlaceholders(new Placeholder("<one>"), new Placeholder("<nine>", 9));

    static readonly string Word = ToyboxTokenizer.Words(Tokenizer)[0];
    static readonly int Room = Tokenizer.ModelMaxLength - 2;

    [Theory, InlineData(PromptSyntax.A1111), InlineData(PromptSyntax.ComfyUI), InlineData(PromptSyntax.Plain)]
    public void WhatFits_HasTheIdsOfPlainText(PromptSyntax syntax)
    {
        foreach (var prompt in (string[])["", Word, $"a {Word}, <one> and <nine>.", Words(Room)])
        {
            var chunk = Assert.Single(Of(prompt, syntax));
            Assert.Equal(Tokenizer.Encode(prompt).Ids, chunk.Ids);
            Assert.All(chunk.Weights, weight => Assert.Equal(1, weight));
        }
    }

    [Theory, InlineData(PromptSyntax.A1111), InlineData(PromptSyntax.ComfyUI)]
    public void LongPrompts_LoseNothing(PromptSyntax syntax)
    {
        for (var count = Room; count < 3 * Room; count += 7)
        {
            var chunks = Of(Words(count), syntax);
            Assert.Equal((count + Room - 1) / Room, chunks.Count);
            Assert.Equal(count, chunks.Sum(Body));
        }
        Assert.Equal(Room, Body(Assert.Single(Of(Words(Room + 5), PromptSyntax.Plain))));
    }

    [Fact]
    public void AFullChunk_EndsAtTheLastCommaNearby()
    {
        Assert.Equal([Room - 4, 5 + 3], Of($"{Words(Room - 5)}, {Words(8)}", PromptSyntax.A1111).Select(Body));
        Assert.Equal([Room, Room - 30], Of($"{Words(9)}, {Words(2 * Room - 40)}", PromptSyntax.A1111).Select(Body));
    }

    [Fact]
    public void Break_EndsAChunk()
    {
        Assert.Equal([1, 2], Of($"{Word} BREAK {Words(2)}", PromptSyntax.A1111).Select(Body));
        Assert.Equal([0, 1], Of($"BREAK {Word} BREAK", PromptSyntax.A1111).Select(Body));
        Assert.Single(Of($"{Word} BREAK {Word}", PromptSyntax.ComfyUI));
    }

    [Fact]
    public void AWordOfSeveralVectors_IsNotDivided_ByA1111()
    {
        Assert.Equal([Room - 4, 9], Of($"{Words(Room - 4)} <nine>", PromptSyntax.A1111).Select(Body));
        Assert.Equal([Room, 5], Of($"{Words(Room - 4)} <nine>", PromptSyntax.ComfyUI).Select(Body));
        Assert.Equal([Room - 4, 5], Of($"{Words(Room - 4)} ({Words(5)})", PromptSyntax.ComfyUI).Select(Body));
    }

    [Fact]
    public void AWeight_CountsForAllVectorsOfAWord_AndForNothingElse()
    {
        foreach (var syntax in (PromptSyntax[])[PromptSyntax.A1111, PromptSyntax.ComfyUI])
        {
            var chunk = Assert.Single(Of($"{Word} (<nine>:1.5) {Word}", syntax));
            Assert.Equal([1, 1, .. Enumerable.Repeat(1.5f, 9), .. Enumerable.Repeat(1f, Room - 9)], chunk.Weights);
        }
    }

    [Fact]
    public void WhatCannotBeInChunks_IsRefused()
    {
        Assert.Contains("20 chunks", Assert.Throws<SettingsException>(() => Of(Words(21 * Room), PromptSyntax.A1111)).Message);
        var wide = ToyboxTokenizer.Load().WithPlaceholders(new Placeholder("<wide>", Room + 1));
        var parsed = ParsedPrompt.Parse("a <wide>", PromptSyntax.A1111, ["<wide>"]);
        Assert.Contains($"{Room + 1} vectors", Assert.Throws<SettingsException>(() => PromptChunks.Of(parsed, wide)).Message);
    }

    static IReadOnlyList<PromptChunk> Of(string prompt, PromptSyntax syntax) =>
        PromptChunks.Of(ParsedPrompt.Parse(prompt, syntax, ["<one>", "<nine>"]), Tokenizer);

    static string Words(int count) => string.Join(' ', Enumerable.Repeat(Word, count));

    static int Body(PromptChunk chunk) => Array.IndexOf(chunk.Ids, Tokenizer.EndOfTextId) - 1;
}
