using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>A checkpoint is the same from its folder and from a single file.</summary>
public sealed class SingleFileTests : IDisposable
{
    readonly TemporaryFolder output = new();

    public void Dispose() => output.Dispose();

    string Target => output["some model.safetensors"];

    [Theory, InlineData(false), InlineData(true)]
    public void Load_GivesWhatTheFolderGives(bool second)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint(second);
        // The Toybox's schedule predicts velocity.
        IsTheSame(checkpoint.Folder, PredictionType.Velocity);
    }

    public static TheoryData<string> Goldens => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Goldens))]
    public void Load_OfAGolden_GivesWhatTheFolderGives(string name)
    {
        using var scope = NewDisposeScope();
        IsTheSame(TestFolders.Golden(name), NoiseSchedule.Load(TestFolders.Golden($"{name}/scheduler")).PredictionType);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void FolderToFileToFolder_IsIdentical(bool second)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint(second);
        ComesBack(checkpoint.Folder);
    }

    [Theory, MemberData(nameof(Goldens))]
    public void FolderToFileToFolder_OfAGolden_IsIdentical(string name)
    {
        using var scope = NewDisposeScope();
        ComesBack(TestFolders.Golden(name));
    }

    [Fact]
    public void Load_TakesATextEncoderWithoutTextModelInItsNames()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint();
        var writer = new SingleFileWriter(checkpoint.Folder);
        SingleFileWriter.Write(Target, writer.Tensors(hasTextModel: false));
        using var fromFolder = StableDiffusion.Load(checkpoint.Folder);
        using var fromFile = StableDiffusion.Load(Target, options: Options(checkpoint.Folder, writer));
        AreTheSame(fromFolder.Texts[0].Model, fromFile.Texts[0].Model);
    }

    [Fact]
    public void Load_InfersTheConfigurations()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint(second: true);
        var writer = new SingleFileWriter(checkpoint.Folder);
        SingleFileWriter.Write(Target, writer.Tensors());
        using var model = StableDiffusion.Load(Target, options: Options(checkpoint.Folder, writer) with { Prediction = PredictionType.Velocity });
        Assert.Equal(Json(writer.UnetConfig with { SampleSize = 96, UpcastAttention = true }), Json(model.UnetConfig));
        Assert.Equal(Json(writer.VaeConfig), Json(model.VaeConfig));
        Assert.Equal(Json(writer.TextConfig), Json(model.Texts[0].Config));
        Assert.Equal(96 * 2, model.TrainedResolution);
        Assert.Equal("some model", model.Name);
    }

    [Fact]
    public void Notes_CountWhatIsNotUsed()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint(second: true);
        var writer = new SingleFileWriter(checkpoint.Folder);
        SingleFileWriter.Write(Target, writer.Tensors());
        using var model = StableDiffusion.Load(Target, options: Options(checkpoint.Folder, writer) with { Prediction = PredictionType.Noise });
        Assert.Equal($"Of {Target}, this is not used: a moving average of the weights (1 tensor), other parts of CLIP (2 tensors), " +
            "the noise schedule (2 tensors), the text encoder's last layer (12 tensors), training of the autoencoder (1 tensor).",
            Assert.IsType<Noted>(Assert.Single(model.Notes)).Text);
    }

    [Fact]
    public void Fingerprint_FollowsContentsAndChoices_NotPlaces()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint();
        var writer = new SingleFileWriter(checkpoint.Folder);
        SingleFileWriter.Write(Target, writer.Tensors());
        var options = Options(checkpoint.Folder, writer);
        string Fingerprint(string path, CheckpointOptions chosen)
        {
            using var model = StableDiffusion.Load(path, options: chosen);
            return model.Fingerprint();
        }
        var before = Fingerprint(Target, options);
        File.Copy(Target, output["renamed.safetensors"]);
        Assert.Equal(before, Fingerprint(output["renamed.safetensors"], options));
        Assert.NotEqual(before, Fingerprint(Target, options with { Prediction = PredictionType.Velocity }));
        Assert.NotEqual(before, Fingerprint(Target, options with { Sizes = options.Sizes with { TextHeads = 4 } }));
        File.AppendAllText(Path.Combine(checkpoint.Folder, "tokenizer", "tokenizer_config.json"), " ");
        Assert.NotEqual(before, Fingerprint(Target, options));
    }

    [Fact]
    public void Load_LeavesTheFileClosed_AndItsTensorsAlive()
    {
        using var checkpoint = new TinyCheckpoint();
        var writer = new SingleFileWriter(checkpoint.Folder);
        StableDiffusion model;
        using (NewDisposeScope())
        {
            SingleFileWriter.Write(Target, writer.Tensors());
            model = StableDiffusion.Load(Target, options: Options(checkpoint.Folder, writer));
        }
        File.Delete(Target);
        using (model) Assert.False(Draw(model).All(value => value == 0));
    }

    void IsTheSame(string folder, PredictionType prediction)
    {
        var writer = new SingleFileWriter(folder);
        SingleFileWriter.Write(Target, writer.Tensors());
        using var fromFolder = StableDiffusion.Load(folder);
        using var fromFile = StableDiffusion.Load(Target, options: Options(folder, writer) with { Prediction = prediction });
        AreTheSame(fromFolder.Unet, fromFile.Unet);
        AreTheSame(fromFolder.Vae, fromFile.Vae);
        AreTheSame(fromFolder.Texts[0].Model, fromFile.Texts[0].Model);
        Assert.Equal(fromFolder.Schedule.AlphaBars, fromFile.Schedule.AlphaBars);
        Assert.Equal(Draw(fromFolder), Draw(fromFile));
    }

    void ComesBack(string folder)
    {
        var writer = new SingleFileWriter(folder);
        SingleFileWriter.Write(Target, writer.Tensors());
        foreach (var (part, tensors) in writer.Back(Target))
        {
            SingleFileWriter.Write(output[$"{part}-1"], writer.Part(part));
            SingleFileWriter.Write(output[$"{part}-2"], tensors);
            Assert.Equal(File.ReadAllBytes(output[$"{part}-1"]), File.ReadAllBytes(output[$"{part}-2"]));
        }
    }

    static CheckpointOptions Options(string folder, SingleFileWriter writer) =>
        new() { Tokenizer = Path.Combine(folder, "tokenizer"), Sizes = writer.Sizes };

    static void AreTheSame(nn.Module expected, nn.Module actual)
    {
        var (left, right) = (expected.state_dict(), actual.state_dict());
        Assert.Equal(left.Keys, right.Keys);
        Assert.All(left, pair => Assert.True(pair.Value.eq(right[pair.Key]).all().item<bool>(), pair.Key));
    }

    static byte[] Draw(StableDiffusion model) => new TextToImage(model, []).Generate(new GenerationSettings
    {
        Prompt = "a photo of a duck",
        Seed = 3,
        Sampling = new SamplingSettings { Sampler = "ddim", Steps = 2 },
        Width = 64,
        Height = 64,
    }, stop: TestContext.Current.CancellationToken).Pixels.ToArray();

    static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
