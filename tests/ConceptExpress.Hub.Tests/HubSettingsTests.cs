using ConceptExpress.Testing;

namespace ConceptExpress.Hub.Tests;

public sealed class HubSettingsTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    static HubSettings Of(params (string Name, string Value)[] set) =>
        HubSettings.FromEnvironment(name => set.FirstOrDefault(each => each.Name == name).Value);

    [Fact]
    public void TheCache_IsWhereHuggingFacesProgramsHaveIt()
    {
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(Path.Combine(user, ".cache", "huggingface", "hub"), Of().Cache);
        Assert.Equal("/c/huggingface/hub", Of(("XDG_CACHE_HOME", "/c")).Cache);
        Assert.Equal("/h/hub", Of(("HF_HOME", "/h"), ("XDG_CACHE_HOME", "/c")).Cache);
        Assert.Equal("/x", Of(("HF_HUB_CACHE", "/x"), ("HF_HOME", "/h")).Cache);
        Assert.Equal(Path.Combine(user, "models", "hub"), Of(("HF_HOME", "~/models")).Cache);
    }

    [Fact]
    public void TheToken_IsThatOfTheVariable_OrOfTheFile()
    {
        Assert.Null(Of(("HF_HOME", temp.Path)).Token);
        temp.Write("token", "hf_fromfile\n");
        Assert.Equal("hf_fromfile", Of(("HF_HOME", temp.Path)).Token);
        Assert.Equal("hf_set", Of(("HF_HOME", temp.Path), ("HF_TOKEN", " hf_set ")).Token);
        Assert.Equal("hf_fromfile", Of(("HF_TOKEN_PATH", temp["token"])).Token);
    }

    [Theory]
    [InlineData("hf_a b")]
    [InlineData("hf_ä")]
    [InlineData("hf_a\r\nHost: evil")]
    public void AToken_ThatCannotBeAHeader_IsRefused_AndNotShown(string token)
    {
        var message = Assert.Throws<HubException>(() => Of(("HF_TOKEN", token))).Message;
        Assert.Contains("HF_TOKEN", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEndpoint_IsAnAddress()
    {
        Assert.Equal("https://huggingface.co/", Of().Endpoint.AbsoluteUri);
        Assert.Equal("http://localhost:8080/hub", Of(("HF_ENDPOINT", "http://localhost:8080/hub/")).Endpoint.AbsoluteUri);
        foreach (var wrong in new[] { "huggingface.co", "file:///etc", "https://user:secret@host", "https://host?x" })
            Assert.Throws<HubException>(() => Of(("HF_ENDPOINT", wrong)));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    public void Offline_IsSaidByAVariable(string value, bool offline) => Assert.Equal(offline, Of(("HF_HUB_OFFLINE", value)).Offline);
}
