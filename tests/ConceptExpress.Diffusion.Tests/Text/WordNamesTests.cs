using ConceptExpress.Diffusion.Text;

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
}
