using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Tests.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Text;

public sealed class TokenizerFilesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public TokenizerFilesTests()
    {
        folder.Write("vocab.json", """{"a":0,"b":1,"a</w>":2,"b</w>":3,"ab</w>":4,"<s>":5,"<e>":6,"<p>":7}""");
        folder.Write("merges.txt", "#version: 0.2\na b</w>\n");
        folder.Write("tokenizer_config.json", """{"model_max_length":5,"pad_token":"a"}""");
        folder.Write("special_tokens_map.json", """{"bos_token":"<s>","eos_token":{"content":"<e>"},"pad_token":"<p>"}""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_TakesSpecialWordsFromTheMap_BeforeTheConfiguration()
    {
        var tokenizer = ClipTokenizer.Load(folder.Path);
        Assert.Equal((5, 6, 7), (tokenizer.BeginOfTextId, tokenizer.EndOfTextId, tokenizer.PaddingId));
        Assert.Equal([5, 4, 6, 7, 7], tokenizer.Encode("ab").Ids);
    }

    [Fact]
    public void Load_WithoutAMap_TakesTheConfiguration()
    {
        File.Delete(folder["special_tokens_map.json"]);
        folder.Write("tokenizer_config.json", """{"model_max_length":4,"bos_token":"<s>","eos_token":"<e>"}""");
        Assert.Equal([5, 4, 6, 6], ClipTokenizer.Load(folder.Path).Encode("ab").Ids);
    }

    [Fact]
    public void Load_TakesAddedWords_AsWordsThatAreNeverSplit()
    {
        folder.Write("added_tokens.json", """{"<own>":8}""");
        var tokenizer = ClipTokenizer.Load(folder.Path);
        Assert.Equal(9, tokenizer.VocabularySize);
        Assert.Equal([5, 2, 8, 9, 6], tokenizer.WithPlaceholders(["<x>"]).Encode("a<own><x>").Ids);
        Assert.Equal("<own>", tokenizer.Decode([8]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"<s>":5,"<e>":6}""")]
    [InlineData("""{"a":0}""")]
    public void Load_OfAddedWordsThatAreInTheVocabulary_AddsNothing(string added)
    {
        folder.Write("added_tokens.json", added);
        var tokenizer = ClipTokenizer.Load(folder.Path);
        Assert.Equal(8, tokenizer.VocabularySize);
        Assert.Equal([5, 4, 6, 7, 7], tokenizer.Encode("ab").Ids);
    }

    [Theory]
    [InlineData("""{"model_max_length":1000000000000000019884624838656,"pad_token":"<p>"}""")]
    [InlineData("""{"model_max_length":1e30,"pad_token":"<p>"}""")]
    [InlineData("""{"model_max_length":null,"pad_token":"<p>"}""")]
    [InlineData("""{"pad_token":"<p>"}""")]
    public void Load_WithoutALimit_TakesThePositionsOfTheTextEncoder(string config)
    {
        folder.Write("tokenizer_config.json", config);
        Assert.Equal([5, 4, 6, 7, 7, 7], ClipTokenizer.Load(folder.Path, positions: 6).Encode("ab").Ids);
        Assert.Equal(77, ClipTokenizer.Load(folder.Path).ModelMaxLength);
    }

    [Theory]
    [InlineData("""["a b</w>"]""")]
    [InlineData("""[["a","b</w>"]]""")]
    public void Load_OfOneFileWithEverything_IsTheSameTokenizer(string merges)
    {
        folder.Write("added_tokens.json", """{"<own>":8}""");
        var parts = ClipTokenizer.Load(folder.Path);
        folder.Write("tokenizer.json", $$"""
            {"version":"1.0","added_tokens":[{"id":5,"content":"<s>"},{"id":6,"content":"<e>"},{"id":8,"content":"<own>"}],
            "model":{"type":"BPE","vocab":{{File.ReadAllText(folder["vocab.json"])}},"merges":{{merges}} } }
            """);
        foreach (var part in new[] { "vocab.json", "merges.txt", "added_tokens.json" }) File.Delete(folder[part]);
        var whole = ClipTokenizer.Load(folder.Path);
        Assert.Equal(parts.VocabularySize, whole.VocabularySize);
        foreach (var text in new[] { "ab", "a b", "<own> ab", "ba", "?" }) Assert.Equal(parts.Encode(text).Ids, whole.Encode(text).Ids);
        Assert.Contains(folder["tokenizer.json"], whole.Files);
    }

    [Theory]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0},"merges":[]}}""", "'WordPiece'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}}}""", "merges")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}}""", "merge 1")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}""", "merge 1")]
    [InlineData("""{"model":[]}""", "model")]
    [InlineData("[]", "model")]
    public void Load_OfAnotherTokenizer_NamesFileAndFault(string text, string fault)
    {
        File.Delete(folder["vocab.json"]);
        var path = folder.Write("tokenizer.json", text);
        var message = Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(fault, message);
    }

    [Fact]
    public void Load_OfT5_NamesIt()
    {
        File.Delete(folder["vocab.json"]);
        folder.Write("spiece.model", [10, 14]);
        Assert.Contains("T5", Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutNamedSpecialWords_TakesThoseOfClip()
    {
        File.Delete(folder["special_tokens_map.json"]);
        folder.Write("vocab.json", """{"a":0,"b":1,"a</w>":2,"b</w>":3,"ab</w>":4,"<|startoftext|>":5,"<|endoftext|>":6}""");
        folder.Write("tokenizer_config.json", """{"model_max_length":4}""");
        Assert.Equal([5, 4, 6, 6], ClipTokenizer.Load(folder.Path).Encode("ab").Ids);
    }

    [Fact]
    public void SymbolsOutsideTheVocabulary_BecomeTheUnknownWord() =>
        Assert.Equal([5, 6, 2, 6, 7], ClipTokenizer.Load(folder.Path).Encode("? a").Ids);

    [Theory]
    [InlineData("vocab.json", "[]", "object")]
    [InlineData("vocab.json", "{}", "no words")]
    [InlineData("vocab.json", """{"a":0""", "not JSON")]
    [InlineData("vocab.json", """{"a":"0"}""", "whole number")]
    [InlineData("vocab.json", """{"a":0.5}""", "whole number")]
    [InlineData("vocab.json", """{"a":0,"a":1}""", "twice")]
    [InlineData("vocab.json", """{"a":0,"b":2}""", "each once")]
    [InlineData("vocab.json", """{"a":-1,"b":0}""", "each once")]
    [InlineData("vocab.json", """{"":0}""", "empty word")]
    [InlineData("merges.txt", "#version: 0.2\na b c", "line 2")]
    [InlineData("merges.txt", "#version: 0.2\na b</w>\nab", "line 3")]
    [InlineData("tokenizer_config.json", "[]", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"model_max_length":2}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"model_max_length":5.5}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"model_max_length":"77"}""", "model_max_length")]
    [InlineData("special_tokens_map.json", """{"eos_token":"<e>"}""", "bos_token")]
    [InlineData("special_tokens_map.json", """{"bos_token":"<s>","eos_token":"</e>"}""", "'</e>' is not in the vocabulary")]
    [InlineData("special_tokens_map.json", """{"bos_token":7,"eos_token":"<e>"}""", "bos_token")]
    [InlineData("added_tokens.json", """{"<own>":9}""", "8 to 8")]
    [InlineData("added_tokens.json", """{"<own>":8,"<s>":9}""", "'<s>' is 9, but 5 in the vocabulary")]
    public void Load_OfMalformedFiles_NamesFileAndFault(string file, string text, string fault)
    {
        var path = folder.Write(file, text);
        var message = Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(fault, message);
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    [InlineData("tokenizer_config.json")]
    public void Load_WithoutAFile_NamesIt(string file)
    {
        File.Delete(folder[file]);
        var message = Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message;
        Assert.Contains($"{folder[file]} does not exist", message);
    }

    [Fact]
    public void Load_OfBytesThatAreNotText_NamesTheFile()
    {
        var path = folder.Write("merges.txt", [0xff, 0xfe, 0xff]);
        Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message);
    }
}
