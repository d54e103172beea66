using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Unet;

public sealed class UnetKindTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"in_channels":9}""", "inpainting")]
    [InlineData("""{"in_channels":8}""", "InstructPix2Pix")]
    [InlineData("""{"in_channels":5}""", "depth")]
    [InlineData("""{"time_cond_proj_dim":256}""", "LCM")]
    [InlineData("""{"mid_block_type":null}""", "without a middle block")]
    [InlineData("""{"addition_embed_type":"text_time"}""", "Stable Diffusion XL")]
    public void OtherKindsOfUnets_AreNamed(string config, string kind)
    {
        var file = folder.Write("config.json", config);
        var message = Assert.Throws<CheckpointException>(() => ConfigCheck.Read<UnetConfig>(file).Validated(file)).Message;
        Assert.StartsWith(file, message, StringComparison.Ordinal);
        Assert.Contains(kind, message, StringComparison.Ordinal);
        Assert.Contains("text-to-image", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheUsualUnet_IsTaken()
    {
        var file = folder.Write("config.json", """{"time_cond_proj_dim":null,"addition_embed_type":null,}""");
        Assert.Equal(4, ConfigCheck.Read<UnetConfig>(file).Validated(file).InChannels);
    }
}
