using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>What a caller may choose of a checkpoint in a folder. For single files see SingleFileChoicesTests.</summary>
public sealed class CheckpointOptionsTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new();
    readonly TemporaryFolder output = new();

    public void Dispose()
    {
        checkpoint.Dispose();
        output.Dispose();
    }

    // Writes the weights of the variant as twice the plain ones.
    void AddVariant(string part, string variant, bool onlyIt = false)
    {
        using var scope = NewDisposeScope();
        var path = checkpoint.WeightsOf(part);
        SafeTensorsWriter.Write(path.Replace(".safetensors", $".{variant}.safetensors"),
            checkpoint.TensorsOf(part).Select(entry => (entry.Key, entry.Value * 2)));
        if (onlyIt) File.Delete(path);
    }

    static double SumOf(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return module.parameters().Sum(tensor => tensor.abs().sum().to_type(ScalarType.Float64).item<double>());
    }

    double UnetSum(CheckpointOptions? options = null)
    {
        using var model = StableDiffusion.Load(checkpoint.Folder, options: options);
        return SumOf(model.Unet);
    }

    [Theory]
    [InlineData("ema"), InlineData("non_ema"), InlineData("fp16"), InlineData("bf16"), InlineData("fp32")]
    public void AVariant_IsReadInPlaceOfThePlainWeights(string variant)
    {
        AddVariant("unet", variant);
        var plain = UnetSum();
        Assert.Equal(2 * plain, UnetSum(new CheckpointOptions { Variant = variant }), 1e-4 * plain);
    }

    [Fact]
    public void AVariant_IsReadOfEveryPartThatHasIt_AndTheOthersArePlain()
    {
        AddVariant("text_encoder", "ema");
        using var plain = StableDiffusion.Load(checkpoint.Folder);
        using var model = StableDiffusion.Load(checkpoint.Folder, options: new CheckpointOptions { Variant = "ema" });
        Assert.Contains(checkpoint.At("text_encoder", "model.ema.safetensors"), model.Files);
        Assert.Contains(checkpoint.WeightsOf("unet"), model.Files);
        Assert.NotEqual(SumOf(plain.Texts[0].Model), SumOf(model.Texts[0].Model));
        Assert.NotEqual(plain.Fingerprint(), model.Fingerprint());
    }

    [Theory, InlineData("ema"), InlineData("non_ema")]
    public void OtherWeights_AreNotTakenUnasked(string variant)
    {
        AddVariant("unet", variant, onlyIt: true);
        Assert.Contains(variant, Refusal(null), StringComparison.Ordinal);
        UnetSum(new CheckpointOptions { Variant = variant });
    }

    [Fact]
    public void AVariantThatNoPartHas_IsRefused_WithThoseThereAre()
    {
        Assert.Contains("only plain ones", Refusal(new CheckpointOptions { Variant = "ema" }), StringComparison.Ordinal);
        AddVariant("unet", "non_ema");
        AddVariant("vae", "fp16");
        Assert.Contains("it has fp16, non_ema", Refusal(new CheckpointOptions { Variant = "ema" }), StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("../x"), InlineData("a b"), InlineData("fp16.safetensors")]
    public void AVariantThatIsNoName_IsRefused(string variant) =>
        Assert.Contains("not the name of a variant", Refusal(new CheckpointOptions { Variant = variant }), StringComparison.Ordinal);

    [Theory, InlineData(true), InlineData(false)]
    public void AnotherAutoencoder_IsRead_FromItsFolderOrACheckpoint(bool wholeCheckpoint)
    {
        using var other = new TinyCheckpoint();
        other.Change("vae", tensors =>
        {
            foreach (var name in tensors.Keys) tensors[name] = tensors[name] * 2;
        });
        using var plain = StableDiffusion.Load(checkpoint.Folder);
        using var model = StableDiffusion.Load(checkpoint.Folder,
            options: new CheckpointOptions { Vae = wholeCheckpoint ? other.Folder : Path.Combine(other.Folder, "vae") });
        Assert.Equal(2 * SumOf(plain.Vae), SumOf(model.Vae), 1e-4 * SumOf(model.Vae));
        Assert.Equal(SumOf(plain.Unet), SumOf(model.Unet));
        Assert.NotEqual(plain.Fingerprint(), model.Fingerprint());
        Assert.DoesNotContain(checkpoint.WeightsOf("vae"), model.Files);
    }

    [Fact]
    public void TheSameAutoencoderFromElsewhere_IsTheSameCheckpoint()
    {
        using var other = new TinyCheckpoint();
        using var plain = StableDiffusion.Load(checkpoint.Folder);
        using var model = StableDiffusion.Load(checkpoint.Folder, options: new CheckpointOptions { Vae = other.Folder });
        Assert.Equal(plain.Fingerprint(), model.Fingerprint());
    }

    [Theory, InlineData(true), InlineData(false)]
    public void AnotherTokenizer_IsRead_FromItsFolderOrACheckpoint(bool wholeCheckpoint)
    {
        using var other = new TinyCheckpoint();
        Directory.Delete(Path.Combine(checkpoint.Folder, "tokenizer"), recursive: true);
        var path = wholeCheckpoint ? other.Folder : Path.Combine(other.Folder, "tokenizer");
        using var model = StableDiffusion.Load(checkpoint.Folder, options: new CheckpointOptions { Tokenizer = path });
        Assert.Contains(other.At("tokenizer", "vocab.json"), model.Files);
    }

    [Fact]
    public void Prediction_IsAsChosen_AndCountsInTheFingerprint()
    {
        using var plain = StableDiffusion.Load(checkpoint.Folder);
        using var model = StableDiffusion.Load(checkpoint.Folder,
            options: new CheckpointOptions { Prediction = PredictionType.Noise });
        Assert.Equal((PredictionType.Velocity, PredictionType.Noise), (plain.Schedule.PredictionType, model.Schedule.PredictionType));
        Assert.NotEqual(plain.Fingerprint(), model.Fingerprint());
    }

    [Fact]
    public void PartsThatAreNowhere_AreNamed()
    {
        Assert.Contains(output["vae"], Refusal(new CheckpointOptions { Vae = output["vae"] }), StringComparison.Ordinal);
        Assert.Contains(output["words"], Refusal(new CheckpointOptions { Tokenizer = output["words"] }), StringComparison.Ordinal);
    }

    string Refusal(CheckpointOptions? options)
    {
        var message = Assert.ThrowsAny<CheckpointException>(() => StableDiffusion.Load(checkpoint.Folder, options: options).Dispose())
            .Message;
        Assert.Matches(@"^[^\r\n]+\.$", message);
        return message;
    }
}
