using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public class ImageEncodersTests
{
    public static TheoryData<string> Types => ["clip", "vit", "dinov2", "dinov2_with_registers"];

    // A photo would do; this has structure in both directions and every colour.
    static RgbImage Picture(int width, int height, int seed) =>
        new(new PixelSize { Width = width, Height = height },
            [.. Enumerable.Range(0, 3 * width * height).Select(i => Wave(i * (0.01 + 0.003 * seed)))]);

    static byte Wave(double x) => (byte)(127 + 120 * Math.Sin(x));

    static Dictionary<string, Tensor> WeightsIn(string folder)
    {
        using var weights = WeightFiles.Open(folder);
        return weights.Names.ToDictionary(name => name, name => weights.Read(name));
    }

    static string Refusal(TinyEncoder tiny) => Assert.ThrowsAny<CheckpointException>(() => ImageEncoders.Load(tiny.Path)).Message;

    [Theory, MemberData(nameof(Types))]
    public void Features_DoNotDependOnTheRestOfTheBatch(string type)
    {
        using var scope = NewDisposeScope();
        using var tiny = TinyEncoder.Create(type);
        using var encoder = ImageEncoders.Load(tiny.Path);
        RgbImage[] pictures = [Picture(40, 50, 1), Picture(32, 32, 2), Picture(90, 36, 3)];
        var together = encoder.Encode(pictures);
        Assert.Equal([3L, encoder.Width], together.shape);
        Assert.False(together.requires_grad);
        for (var i = 0; i < pictures.Length; i++)
            Assert.True((together[i] - encoder.Encode([pictures[i]])[0]).abs().max().item<float>() < 1e-5, $"picture {i}");
        Assert.True((together[0] - together[1]).abs().max().item<float>() > 1e-2);
    }

    [Fact]
    public void Encode_TakesMorePicturesThanABatch()
    {
        using var scope = NewDisposeScope();
        using var tiny = TinyEncoder.Create("vit");
        using var encoder = ImageEncoders.Load(tiny.Path);
        var features = encoder.Encode([.. Enumerable.Range(0, 70).Select(i => Picture(36, 36, i % 35))]);
        Assert.True((features.narrow(0, 0, 35) - features.narrow(0, 35, 35)).abs().max().item<float>() < 1e-5);
        Assert.Throws<ArgumentException>(() => encoder.Encode([]));
    }

    [Theory, MemberData(nameof(Types))]
    public void Load_NamesTheMissingTensor_AndTheUnexpected(string type)
    {
        using var scope = NewDisposeScope();
        using var tiny = TinyEncoder.Create(type);
        var weights = WeightsIn(tiny.Path);
        var missing = weights.Keys.Order(StringComparer.Ordinal).Last();
        tiny.WriteWeights(weights.Where(pair => pair.Key != missing).Select(pair => (pair.Key, pair.Value)).Append(("stranger", ones(1))));
        var e = Assert.Throws<WeightMismatchException>(() => ImageEncoders.Load(tiny.Path));
        Assert.Equal([missing], e.Missing);
        Assert.Equal(["stranger"], e.Unexpected);
    }

    [Theory]
    [InlineData("clip", "clip.text_model.x.position_ids")]
    [InlineData("vit", "pooler.dense.weight")]
    public void Load_PassesOverWhatIsNotUsed(string type, string name)
    {
        using var scope = NewDisposeScope();
        using var tiny = TinyEncoder.Create(type);
        tiny.WriteWeights(WeightsIn(tiny.Path).Select(pair => (pair.Key, pair.Value)).Append((name, ones(1))));
        using var encoder = ImageEncoders.Load(tiny.Path);
    }

    [Theory]
    [InlineData("clip", "\"hidden_act\":\"quick_gelu\"", "\"hidden_act\":\"relu\"", "hidden_act")]
    [InlineData("clip", "\"eos_token_id\":6", "\"eos_token_id\":99", "eos_token_id")]
    [InlineData("clip", "\"eos_token_id\":6", "\"eos_token_id\":7", "eos_token_id")]
    [InlineData("clip", "\"patch_size\":8", "\"patch_size\":7", "patch_size")]
    [InlineData("vit", "\"num_attention_heads\":2", "\"num_attention_heads\":3", "num_attention_heads")]
    [InlineData("dinov2", "\"mlp_ratio\":4", "\"mlp_ratio\":-4", "mlp_ratio")]
    [InlineData("dinov2_with_registers", "\"num_register_tokens\":3", "\"num_register_tokens\":-3", "num_register_tokens")]
    [InlineData("vit", "\"model_type\":\"vit\"", "\"model_type\":\"beit\"", "model_type")]
    public void Load_RefusesAWrongField_ByName(string type, string from, string to, string field)
    {
        using var tiny = TinyEncoder.Create(type);
        tiny.Edit("config.json", from, to);
        var message = Refusal(tiny);
        Assert.Contains(field, message);
        Assert.Contains("config.json", message);
        Assert.DoesNotContain("Stable Diffusion", message);
    }

    [Theory]
    [InlineData("\"resample\":3", "\"resample\":0", "resample")]
    [InlineData("\"width\":32", "\"width\":31", "crop_size.width")]
    [InlineData("\"shortest_edge\":36", "\"shortest_edge\":30", "size")]
    [InlineData("\"do_center_crop\":true", "\"do_center_crop\":false", "do_center_crop")]
    [InlineData("\"image_std\":[0.2,", "\"image_std\":[0,", "image_std")]
    [InlineData("\"height\":32,\"width\":32", "\"height\":24,\"width\":24", "image_size")]
    public void Load_RefusesAPreprocessingThatDoesNotFit(string from, string to, string field)
    {
        using var tiny = TinyEncoder.Create("clip");
        tiny.Edit("preprocessor_config.json", from, to);
        Assert.Contains(field, Refusal(tiny));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("model.safetensors")]
    [InlineData("vocab.json")]
    public void Load_NamesTheMissingFile(string name)
    {
        using var tiny = TinyEncoder.Create("clip");
        File.Delete(tiny.File(name));
        Assert.Contains(name, Refusal(tiny));
    }

    [Fact]
    public void Load_GoesByTheArchitecture_WhereNoModelTypeIsGiven()
    {
        using var tiny = TinyEncoder.Create("dinov2_with_registers");
        tiny.Edit("config.json", "\"model_type\":\"dinov2_with_registers\",", "");
        tiny.Edit("config.json", "\"architectures\":null", "\"architectures\":[\"Dinov2WithRegistersModel\"]");
        using var encoder = ImageEncoders.Load(tiny.Path);
        Assert.Equal(3, Assert.IsType<DinoEncoder>(encoder).Model.Registers);
    }
}
