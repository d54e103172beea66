using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Names and shapes of the modules' tensors are those of the checkpoints, golden and public.</summary>
public class TensorListTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void Tensors_OfGoldenTextEncoders_AreTheFiles(string checkpoint) =>
        AssertAsStored(GoldenCheckpoint.TextEncoder(checkpoint), checkpoint, "text_encoder");

    [Theory, MemberData(nameof(Checkpoints))]
    public void Tensors_OfGoldenUnets_AreTheFiles(string checkpoint) =>
        AssertAsStored(GoldenCheckpoint.Unet(checkpoint), checkpoint, "unet");

    [Theory, MemberData(nameof(Checkpoints))]
    public void Tensors_OfGoldenAutoencoders_AreTheFiles(string checkpoint) =>
        AssertAsStored(GoldenCheckpoint.Vae(checkpoint), checkpoint, "vae");

    static void AssertAsStored(nn.Module module, string checkpoint, string part)
    {
        using var weights = WeightFiles.Open(TestFolders.Golden($"{checkpoint}/{part}", committed: part != "vae"));
        var stored = weights.Names.Where(name => !WeightNames.IsPositionIds(name))
            .Select(name => Line(part == "vae" ? WeightNames.FromOldVaeAttention(name) : name, weights[name].Shape));
        Assert.Equal(stored.Order(StringComparer.Ordinal), Lines(module));
    }

    /// <summary>
    /// Against tests/data/tensors, and the counts that are known of the public checkpoints. A change of a list is a change of what loads.
    /// </summary>
    [Theory]
    [InlineData("sd15-text", 196, 123_060_480)]
    [InlineData("sd15-unet", 686, 859_520_964)]
    [InlineData("sd21-text", 372, 340_387_840)]
    [InlineData("sd21-unet", 686, 865_910_724)]
    [InlineData("vae", 248, 83_653_863)]
    public void Tensors_OfPublicCheckpoints_AreTheApprovedList(string list, int tensors, long parameters)
    {
        using var nowhere = Placement.Use(ScalarType.BFloat16, META);
        using var module = Public(list);
        var path = Path.Combine(TestFolders.Data, "tensors", $"{list}.txt");
        Assert.Equal(File.ReadLines(path), Lines(module));
        Assert.Equal((tensors, parameters), (module.state_dict().Count, module.parameters().Sum(parameter => parameter.numel())));
    }

    static nn.Module Public(string list) => list switch
    {
        "sd15-text" => new ClipTextModel(new ClipTextConfig { HiddenSize = 768, IntermediateSize = 3072, Heads = 12 }),
        "sd21-text" => new ClipTextModel(new ClipTextConfig { HiddenSize = 1024, IntermediateSize = 4096, Heads = 16, Layers = 23 }),
        "sd15-unet" => new UNet2DConditionModel(new UnetConfig { CrossAttentionDim = [768] }),
        "sd21-unet" => new UNet2DConditionModel(
            new UnetConfig { CrossAttentionDim = [1024], AttentionHeads = [5, 10, 20, 20], UseLinearProjection = true }),
        _ => new AutoencoderKL(new VaeConfig
        {
            BlockOutChannels = [128, 256, 512, 512],
            LayersPerBlock = 2,
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
        }),
    };

    static IEnumerable<string> Lines(nn.Module module) =>
        module.state_dict().Select(entry => Line(entry.Key, entry.Value.shape)).Order(StringComparer.Ordinal);

    static string Line(string name, long[] shape) => $"{name} {string.Join('x', shape)}";
}
