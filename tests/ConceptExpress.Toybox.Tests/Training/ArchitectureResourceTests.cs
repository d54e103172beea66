using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Toybox.Tests.Training;

public class ArchitectureResourceTests
{
    [Theory]
    [InlineData("Architectures/tiny/unet.json")]
    [InlineData("Architectures/tiny\\unet.json")]
    public void AResource_IsFound_WhereverItWasBuilt(string built) =>
        Assert.Equal(built, Architecture.ResourceName(["Architectures/toybox/unet.json", built], "Architectures/tiny/unet.json"));

    [Fact]
    public void AnUnknownResource_IsNull() =>
        Assert.Null(Architecture.ResourceName(["Architectures/tiny/unet.json"], "Architectures/tiny/vae.json"));
}
