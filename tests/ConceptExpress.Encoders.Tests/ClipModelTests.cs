using System.Text.Json;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Encoders.Clip;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public class ClipModelTests
{
    const int End = TinyEncoder.EndOfText;

    static ClipModel Model(ClipConfig? config = null)
    {
        using var placement = Placement.Use(ScalarType.Float32, CPU);
        return TinyEncoder.Filled(new ClipModel(config ?? TinyEncoder.Clip));
    }

    static Tensor Texts => tensor(new long[,] { { 5, 3, End, 0, 0, 0 }, { 5, 3, 4, End, End, End }, { 5, End, 11, 11, 0, 0 } });

    static Tensor Pixels(int count) => (arange(count * 3 * TinyEncoder.Side * TinyEncoder.Side, dtype: float32) * 0.37).sin()
        .view(count, 3, TinyEncoder.Side, TinyEncoder.Side);

    [Fact]
    public void Gradients_OfTheContrastiveLoss_ReachEveryParameterOfBothTowers()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        foreach (var parameter in model.parameters()) parameter.requires_grad_();
        var (images, texts) = (model.ImageFeatures(Pixels(3)), model.TextFeatures(Texts));
        var logits = model.LogitScale.exp() * GoldenEncoder.Cosines(images, texts);
        nn.functional.cross_entropy(logits, arange(3, dtype: int64)).backward();
        Assert.All(model.named_parameters(), named =>
        {
            Assert.True(named.parameter.grad is not null, named.name);
            Assert.True(named.parameter.grad!.isfinite().all().item<bool>(), named.name);
            // A shift of all keys changes no attention.
            if (!named.name.EndsWith("k_proj.bias")) Assert.True(named.parameter.grad.abs().max().item<float>() > 0, named.name);
        });
    }

    [Fact]
    public void NewModel_IsFrozen() => Assert.All(Model().parameters(), parameter => Assert.False(parameter.requires_grad));

    [Fact]
    public void TextFeatures_DoNotDependOnWhatFollowsTheEnd()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var other = tensor(new long[,] { { 5, 3, End, 4, 4, 4 }, { 5, 3, 4, End, 0, 0 }, { 5, End, 0, 0, 0, 0 } });
        Assert.True((model.TextFeatures(Texts) - model.TextFeatures(other)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void TextFeatures_OfAnOldConfiguration_ArePooledAtTheLargestId()
    {
        using var scope = NewDisposeScope();
        var text = TinyEncoder.Clip.Text;
        using var old = Model(TinyEncoder.Clip with { Text = text with { EndOfTextId = 2 } });
        using var largest = Model(TinyEncoder.Clip with { Text = text with { EndOfTextId = 11 } });
        var ids = tensor(new long[,] { { 5, 3, 2, 11, 11, 2 }, { 5, 11, 2, 2, 2, 2 } });
        Assert.True((old.TextFeatures(ids) - largest.TextFeatures(ids)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void TextFeatures_RefuseATextWithoutEnd()
    {
        using var model = Model();
        using var ids = tensor(new long[,] { { 5, 3, 4 } });
        Assert.Contains("end-of-text", Assert.Throws<ArgumentException>(() => model.TextFeatures(ids)).Message);
    }

    [Fact]
    public void ImageFeatures_RefuseAnotherSize()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        Assert.Throws<ArgumentException>(() => model.ImageFeatures(zeros(1, 3, TinyEncoder.Side, TinyEncoder.Side + 8)));
    }

    [Fact]
    public void Config_SurvivesWriting_UnderTransformersNames()
    {
        var text = JsonSerializer.Serialize(TinyEncoder.Clip);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<ClipConfig>(text)));
        using var json = JsonDocument.Parse(text);
        Assert.Equal("clip", json.RootElement.GetProperty("model_type").GetString());
        Assert.Equal(TinyEncoder.Side, json.RootElement.GetProperty("vision_config").GetProperty("image_size").GetInt32());
        Assert.Equal(End, json.RootElement.GetProperty("text_config").GetProperty("eos_token_id").GetInt32());
    }

    [Fact]
    public void Encoder_OfAWrittenModel_GivesItsFeatures()
    {
        using var scope = NewDisposeScope();
        using var tiny = TinyEncoder.Create("clip");
        using var encoder = ClipEncoder.Load(tiny.Path);
        using var model = Model();
        Assert.True((model.ImageFeatures(Pixels(2)) - encoder.Model.ImageFeatures(Pixels(2))).abs().max().item<float>() == 0);
        var ids = tensor([.. encoder.Tokenizer.Encode("cat dog").Ids], [1, 10]);
        Assert.True((model.TextFeatures(ids) - encoder.EncodeText(["Cat dog"])).abs().max().item<float>() < 1e-6);
    }
}
