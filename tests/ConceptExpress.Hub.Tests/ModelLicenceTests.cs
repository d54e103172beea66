using System.Text.Json;
using ConceptExpress.Testing;

namespace ConceptExpress.Hub.Tests;

public sealed class ModelLicenceTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("---\nlicense: creativeml-openrail-m\ntags:\n- x\n---\n# Card", "creativeml-openrail-m", null)]
    [InlineData("---\r\nlicense: \"openrail++\"\r\n---\r\n", "openrail++", null)]
    [InlineData("---\nlicense:\n- mit\n- apache-2.0\n---\n", "mit, apache-2.0", null)]
    [InlineData("---\nlicense: other\nlicense_name: my-licence\nlicense_link: LICENSE.md\n---\n", "my-licence", "LICENSE.md")]
    [InlineData("---\nlicense: other\n---\n", "other", null)]
    public void AModelCard_NamesALicence(string card, string name, string? link)
    {
        temp.Write("README.md", card);
        Assert.Equal(new ModelLicence(name, link), ModelLicence.InFolder(temp.Path));
    }

    [Theory]
    [InlineData("# Card\nlicense: mit\n")]
    [InlineData("---\ntags: x\n---\nlicense: mit\n")]
    [InlineData("---\nlicense: \u001b[31mred\n---\n")]
    [InlineData("")]
    public void AModelCard_WithoutALicence_NamesNone(string card)
    {
        temp.Write("README.md", card);
        Assert.Null(ModelLicence.InFolder(temp.Path));
    }

    [Fact]
    public void AFolderWithoutACard_HasNone() => Assert.Null(ModelLicence.InFolder(temp.Path));

    [Theory]
    [InlineData("""{"license":"mit"}""", "mit")]
    [InlineData("""{"license":["mit","bsd"]}""", "mit, bsd")]
    [InlineData("""{"license":"other","license_name":"x"}""", "x")]
    [InlineData("""{"license":7}""", null)]
    [InlineData("null", null)]
    public void TheHubsCard_NamesALicence(string json, string? name) =>
        Assert.Equal(name, ModelLicence.OfCard(JsonDocument.Parse(json).RootElement)?.Name);
}
