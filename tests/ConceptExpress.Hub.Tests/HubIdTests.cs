namespace ConceptExpress.Hub.Tests;

public sealed class HubIdTests
{
    [Theory]
    [InlineData("owner/name", "owner", "name", null)]
    [InlineData("stable-diffusion-v1-5/stable-diffusion-v1-5", "stable-diffusion-v1-5", "stable-diffusion-v1-5", null)]
    [InlineData("o/n.1_x@fp16", "o", "n.1_x", "fp16")]
    [InlineData("o/n@refs/pr/1", "o", "n", "refs/pr/1")]
    public void AnId_ComesBackFromItsText(string text, string owner, string name, string? revision)
    {
        Assert.True(HubId.TryParse(text, out var id));
        Assert.Equal(new HubId(owner, name, revision), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("a/b/c")]
    [InlineData("/b")]
    [InlineData("a/")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a/.b")]
    [InlineData("./b")]
    [InlineData("a/b--c")]
    [InlineData("a/b..c")]
    [InlineData("a/b.git")]
    [InlineData("a b/c")]
    [InlineData(@"a\b/c")]
    [InlineData("a/b@")]
    [InlineData("a/b@../../etc")]
    [InlineData("a/b@x/../y")]
    [InlineData("a/b@-x")]
    [InlineData("a/b@/x")]
    [InlineData("a/b@x@y")]
    [InlineData("a/b?c")]
    [InlineData("a/b#c")]
    [InlineData("ä/b")]
    [InlineData("C:/b")]
    public void OtherTexts_AreNoIds(string text) => Assert.False(HubId.TryParse(text, out _));

    [Fact]
    public void AnId_HasAtMost96Characters()
    {
        Assert.True(HubId.TryParse("a/" + new string('b', 94), out _));
        Assert.False(HubId.TryParse("a/" + new string('b', 95), out _));
    }
}
