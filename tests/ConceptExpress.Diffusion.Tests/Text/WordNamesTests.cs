using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Text;

public class WordNamesTests
{
    [Theory]
    [InlineData("<asset0>", new string[0])]
    [InlineData("<asset0>", new[] { "<asset>", "<assets>", "<asset0", "asset0" })]
    [InlineData("<assetb0>", new[] { "<asset7>" })]
    [InlineData("<assetc0>", new[] { "<asset0>", "<assetb0>" })]
    public void Names_AreTheFirstThatAreFree(string expected, string[] known)
    {
        var tokenizer = ToyboxTokenizer.Load().WithPlaceholders(known.Select(word => new Placeholder(word)));
        Assert.Equal(expected, WordNames.FreeIn(tokenizer).Of(0));
    }

    [Theory]
    [InlineData("vocab.json", "<assetb0>")]
    [InlineData("added_tokens.json", "<assetb0>")]
    [InlineData(null, "<asset0>")]
    public void Names_AreFreeInTheCheckpointsOwnWords(string? file, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var own in Directory.GetFiles(Path.Combine(TestFolders.Toybox, "tokenizer")))
            File.Copy(own, folder[Path.GetFileName(own)]);
        var size = ToyboxTokenizer.Load().VocabularySize;
        if (file is not null)
        {
            var words = File.Exists(folder[file]) ? JsonNode.Parse(File.ReadAllText(folder[file]))! : new JsonObject();
            words["<asset3>"] = size;
            File.WriteAllText(folder[file], words.ToJsonString());
        }
        var tokenizer = ClipTokenizer.Load(folder.Path);
        Assert.Equal(file is not null, tokenizer.Knows("<asset3>"));
        var names = WordNames.FreeIn(tokenizer);
        Assert.Equal(expected, names.Of(0));
        var id = tokenizer.WithPlaceholders(new Placeholder(names.Of(3))).Encode(names.Of(3)).Ids[1];
        Assert.Equal(file is null ? size : size + 1, id);
    }
}
