using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>What a single file does not hold: its tokenizer, another autoencoder, what it predicts.</summary>
public sealed class SingleFileChoicesTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new(second: true);
    readonly TemporaryFolder output = new();
    readonly SingleFileWriter writer;

    public SingleFileChoicesTests() => writer = new SingleFileWriter(checkpoint.Folder);

    public void Dispose()
    {
        checkpoint.Dispose();
        output.Dispose();
    }

    string Target => output["model.safetensors"];

    CheckpointOptions Options => new() { Tokenizer = Path.Combine(checkpoint.Folder, "tokenizer"), Sizes = writer.Sizes };

    void Write(Action<Dictionary<string, Tensor>>? change = null, Dictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        var tensors = writer.Tensors();
        change?.Invoke(tensors);
        SingleFileWriter.Write(Target, tensors, metadata);
    }

    string Refusal(CheckpointOptions options, params string[] parts)
    {
        var message = Assert.ThrowsAny<CheckpointException>(() => StableDiffusion.Load(Target, options: options).Dispose()).Message;
        Assert.Matches(@"^[^\r\n]+\.$", message);
        Assert.DoesNotContain(". ", message);
        Assert.All(parts, part => Assert.Contains(part, message));
        return message;
    }

    [Fact]
    public void Load_WithoutATokenizer_SaysWhatIsMissingAndWhereItIs()
    {
        Write();
        Refusal(Options with { Tokenizer = null }, Target, output["tokenizer"], "of any Stable Diffusion 1.x or 2.x checkpoint");
        Refusal(Options with { Tokenizer = output["none"] }, output["none"]);
    }

    [Fact]
    public void Load_FindsTheTokenizerBesideTheFile()
    {
        Write();
        Directory.CreateDirectory(output["tokenizer"]);
        foreach (var file in Directory.GetFiles(Path.Combine(checkpoint.Folder, "tokenizer")))
            File.Copy(file, output[Path.Combine("tokenizer", Path.GetFileName(file))]);
        using var model = StableDiffusion.Load(Target, options: Options with { Tokenizer = null });
        Assert.Contains(output[Path.Combine("tokenizer", "vocab.json")], model.Files);
    }

    [Theory, InlineData("original"), InlineData("prefixed"), InlineData("diffusers"), InlineData("folder")]
    public void Load_TakesAnotherAutoencoder(string form)
    {
        var path = output["other.safetensors"];
        if (form == "diffusers") SingleFileWriter.Write(path, writer.Part("vae"));
        else if (form == "folder") path = Path.Combine(checkpoint.Folder, "vae");
        else SingleFileWriter.Write(path, writer.Vae(form == "prefixed" ? "first_stage_model." : ""));
        using var expected = StableDiffusion.Load(checkpoint.Folder);
        foreach (var hasOwn in new[] { false, true })
        {
            Write(tensors =>
            {
                foreach (var name in tensors.Keys.Where(name => name.StartsWith("first_stage_model.")).ToList())
                    if (hasOwn) tensors[name] = zeros_like(tensors[name]);
                    else tensors.Remove(name);
            });
            using var model = StableDiffusion.Load(Target, options: Options with { Vae = path });
            var (left, right) = (expected.Vae.state_dict(), model.Vae.state_dict());
            Assert.All(left, pair => Assert.True(pair.Value.eq(right[pair.Key]).all().item<bool>(), pair.Key));
            Assert.Contains(model.Files, file => file.StartsWith(path));
            Assert.Equal(hasOwn, model.Notes.OfType<Noted>().Any(note => note.Text.Contains("its own autoencoder")));
        }
    }

    [Fact]
    public void Load_WithoutAnAutoencoder_AsksForOne()
    {
        Write(tensors =>
        {
            foreach (var name in tensors.Keys.Where(name => name.StartsWith("first_stage_model.")).ToList()) tensors.Remove(name);
        });
        Refusal(Options, Target, "holds no autoencoder", "vae folder");
    }

    [Fact]
    public void Load_OfAnAutoencoderThatIsNone_NamesIt()
    {
        Write();
        SingleFileWriter.Write(output["other.safetensors"], writer.Part("unet"));
        Refusal(Options with { Vae = output["other.safetensors"] }, output["other.safetensors"], "no autoencoder");
    }

    [Theory]
    [InlineData("v_pred", null, null, PredictionType.Velocity)]
    [InlineData(null, "modelspec.prediction_type", "v", PredictionType.Velocity)]
    [InlineData(null, "modelspec.prediction_type", "epsilon", PredictionType.Noise)]
    [InlineData(null, "modelspec.predict_key", "v", PredictionType.Velocity)]
    [InlineData(null, "ss_v_parameterization", "True", PredictionType.Velocity)]
    [InlineData(null, "ss_v_parameterization", "False", PredictionType.Noise)]
    public void Prediction_IsWhatTheFileSays(string? mark, string? field, string? value, object expected)
    {
        Write(tensors =>
        {
            if (mark is not null) tensors[mark] = zeros(0);
        }, field is null ? null : new() { [field] = value! });
        using var model = StableDiffusion.Load(Target, options: Options);
        Assert.Equal(expected, model.Schedule.PredictionType);
        Assert.DoesNotContain(model.Notes.OfType<Warned>(), warning => warning.Text.Contains("velocity"));
    }

    [Fact]
    public void Prediction_IsWhatTheCallerSays_WhateverTheFileSays()
    {
        Write(tensors => tensors["v_pred"] = zeros(0));
        using var model = StableDiffusion.Load(Target, options: Options with { Prediction = PredictionType.Noise });
        Assert.Equal(PredictionType.Noise, model.Schedule.PredictionType);
    }

    [Fact]
    public void Prediction_OfASecondThatSaysNothing_IsNoise_WithAWarning()
    {
        Write();
        using var model = StableDiffusion.Load(Target, options: Options);
        Assert.Equal(PredictionType.Noise, model.Schedule.PredictionType);
        Assert.Equal(64 * 2, model.TrainedResolution);
        Assert.Contains(model.Notes.OfType<Warned>(), warning =>
            warning.Text.StartsWith(Target) && warning.Text.Contains("choose velocity"));
    }

    [Fact]
    public void Prediction_OfAFirstThatSaysNothing_IsNoise_WithoutAWarning()
    {
        var choice = PredictionRule.Choose("a", null, [], new Dictionary<string, string>(), isSecond: false,
            () => throw new InvalidOperationException("reads the whole file"));
        Assert.Equal(new ChosenPrediction(PredictionType.Noise, null), choice);
    }

    [Theory]
    [InlineData("ad2a33c361c1f593c4a1fb32ea81afce2b5bb7d1983c6b94793a26a3b54b08a0", PredictionType.Velocity)]
    [InlineData("88ecb782561455673c4b78d05093494b9c539fc6bfc08f3a9a4a0dd7b0b10f36", PredictionType.Noise)]
    public void Prediction_OfAPublishedFile_IsKnownByItsDigest(string digest, PredictionType expected)
    {
        var choice = PredictionRule.Choose("a", null, [], new Dictionary<string, string>(), isSecond: true, () => digest);
        Assert.Equal(new ChosenPrediction(expected, null), choice);
    }

    [Fact]
    public void Prediction_OfSomethingElse_IsRefused()
    {
        Write(metadata: new() { ["modelspec.prediction_type"] = "sample" });
        Refusal(Options, Target, "modelspec.prediction_type", "'sample'");
    }

    [Fact]
    public void ScheduleWithoutSignalAtTheEnd_NeedsVelocity_AsInAFolder()
    {
        Write(tensors => tensors["ztsnr"] = zeros(0));
        Refusal(Options, Target, "rescale_betas_zero_snr");
        using var model = StableDiffusion.Load(Target, options: Options with { Prediction = PredictionType.Velocity });
        Assert.Equal(0, model.Schedule.AlphaBars[^1]);
    }

    [Theory]
    [InlineData("model.diffusion_model.out.2.bias"), InlineData("cond_stage_model.model.ln_final.bias")]
    [InlineData("first_stage_model.decoder.up.1.block.0.conv1.bias"), InlineData("cond_stage_model.model.positional_embedding")]
    public void Load_WithoutATensor_NamesItAsTheFileDoes(string name)
    {
        Write(tensors => Assert.True(tensors.Remove(name)));
        Refusal(Options, Target, $"'{name}'");
    }

    [Theory, InlineData("model.diffusion_model.out.3.bias"), InlineData("cond_stage_model.clip_x.weight"), InlineData("something.else")]
    public void Load_OfATensorTooMany_NamesIt(string name)
    {
        Write(tensors => tensors[name] = zeros(1));
        Refusal(Options, Target, $"unexpected ('{name}')");
    }

    [Fact]
    public void Load_OfQueriesKeysAndValuesThatAreNotThree_NamesTheTensor()
    {
        Write(tensors => tensors["cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias"] = zeros(16));
        Refusal(Options, Target, "resblocks.0.attn.in_proj_bias'", "[16]");
    }

    [Fact]
    public void Load_OfSizesThatAreNotThePublishedOnes_NeedsThem()
    {
        Write();
        Refusal(Options with { Sizes = writer.Sizes with { UnetHeads = null } }, Target, "attention_head_dim");
        Refusal(Options with { Sizes = writer.Sizes with { UnetNormGroups = null } }, Target, "norm_num_groups");
        Refusal(Options with { Sizes = writer.Sizes with { VaeNormGroups = null } }, Target, "norm_num_groups");
        Refusal(Options with { Sizes = writer.Sizes with { TextHeads = null } }, Target, "num_attention_heads");
    }

    [Fact]
    public void Load_OfAVariant_IsRefused()
    {
        Write();
        Refusal(Options with { Variant = "ema" }, Target, "no variants", "ema");
    }
}
