using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>The ways in which one and the same checkpoint may lie in its folder.</summary>
public sealed class CheckpointVariantsTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new();

    public void Dispose() => checkpoint.Dispose();

    [Fact]
    public void Load_TakesPlainFiles() => LoadsWhatWasStored(() => { });

    [Fact]
    public void Load_TakesFilesNamedHalf() => LoadsWhatWasStored(checkpoint.RenameToHalf);

    [Fact]
    public void Load_TakesAShardedUnet() => LoadsWhatWasStored(() => Assert.InRange(checkpoint.Shard().Length, 2, 10));

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void Load_TakesEveryFloatingPointType(ScalarType type)
    {
        foreach (var part in new[] { "text_encoder", "unet", "vae" })
            checkpoint.Change(part, tensors =>
            {
                foreach (var name in tensors.Keys) tensors[name] = tensors[name].to(type);
            });
        LoadsWhatWasStored(() => { });
    }

    [Fact]
    public void Load_TakesOldNamesOfAutoencoderAttention_AndIgnoresPositions()
    {
        LoadsWhatWasStored(() =>
        {
            checkpoint.Change("vae", tensors =>
            {
                foreach (var (name, tensor) in tensors.ToList())
                {
                    tensors.Remove(name);
                    tensors[OldName(name)] = tensor;
                }
                Assert.Contains(tensors.Keys, name => name.Contains(".query."));
            });
            checkpoint.Change("text_encoder", tensors => tensors["text_model.embeddings.position_ids"] = arange(32).unsqueeze(0));
        });
    }

    static string OldName(string name) =>
        name.Replace(".to_q.", ".query.").Replace(".to_k.", ".key.").Replace(".to_v.", ".value.").Replace(".to_out.0.", ".proj_attn.");

    [Fact]
    public void Load_TakesMatricesForProjectionsThatAreConvolutions() =>
        LoadsWhatWasStored(() => checkpoint.Change("unet", tensors =>
        {
            var flattened = tensors.Keys.Where(name => name.Contains(".proj_in.weight")).ToList();
            Assert.NotEmpty(flattened);
            foreach (var name in flattened) tensors[name] = tensors[name].flatten(1);
        }));

    [Fact]
    public void Load_TakesATextEncoderWithoutItsOuterName_AndWithTheRestOfClip() =>
        LoadsWhatWasStored(() => checkpoint.Change("text_encoder", tensors =>
        {
            foreach (var (name, tensor) in tensors.ToList())
            {
                tensors.Remove(name);
                tensors[name["text_model.".Length..]] = tensor;
            }
            tensors["text_projection.weight"] = ones(2, 2);
            tensors["logit_scale"] = ones(1);
        }));

    [Fact]
    public void Load_OfMoreTextLayersThanConfigured_TakesTheFirst_AndSaysSo()
    {
        checkpoint.Change("text_encoder", tensors =>
        {
            foreach (var (name, tensor) in tensors.Where(pair => pair.Key.Contains(".layers.0.")).ToList())
                tensors[name.Replace(".layers.0.", ".layers.7.")] = tensor * 2;
        });
        using var model = StableDiffusion.Load(checkpoint.Folder);
        Assert.Contains("more layers", Assert.IsType<Warned>(Assert.Single(model.Notes)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transformer", "FLUX")]
    [InlineData("prior", "Cascade")]
    [InlineData("text_encoder_2", "Stable Diffusion XL")]
    public void Load_OfAnotherFamily_NamesIt(string part, string family)
    {
        Directory.CreateDirectory(Path.Combine(checkpoint.Folder, part));
        var message = Assert.Throws<CheckpointException>(() => StableDiffusion.Load(checkpoint.Folder)).Message;
        Assert.Contains(family, message, StringComparison.Ordinal);
    }

    string Fingerprint()
    {
        using var model = StableDiffusion.Load(checkpoint.Folder);
        return model.Fingerprint();
    }

    [Fact]
    public void Fingerprint_IsWrittenAsDigestsAre() => Assert.Matches("^sha256:[0-9a-f]{64}$", Fingerprint());

    public static TheoryData<string> Parts => ["tokenizer", "scheduler", "text_encoder", "unet", "vae"];

    [Theory, MemberData(nameof(Parts))]
    public void Fingerprint_FollowsEveryFileThatIsUsed(string part)
    {
        var before = Fingerprint();
        foreach (var file in Directory.GetFiles(Path.Combine(checkpoint.Folder, part)))
        {
            var contents = File.ReadAllBytes(file);
            using var model = StableDiffusion.Load(checkpoint.Folder);
            Assert.Contains(file, model.Files);
            File.WriteAllBytes(file, [.. contents, .. " "u8]); // a change that no reader minds
            Assert.NotEqual(before, model.Fingerprint());
            File.WriteAllBytes(file, contents);
            Assert.Equal(before, model.Fingerprint());
        }
    }

    [Fact]
    public void Fingerprint_FollowsTheIndexOfParts_IfThereIsOne()
    {
        var before = Fingerprint();
        File.WriteAllText(Path.Combine(checkpoint.Folder, "model_index.json"), "{}");
        Assert.NotEqual(before, Fingerprint());
    }

    [Fact]
    public void Fingerprint_FollowsEveryShardAndTheirIndex()
    {
        string[] shards = [.. checkpoint.Shard(), "diffusion_pytorch_model.safetensors.index.json"];
        using var model = StableDiffusion.Load(checkpoint.Folder);
        Assert.All(shards, shard => Assert.Contains(checkpoint.At("unet", shard), model.Files));
    }

    public static TheoryData<string> SpareFiles =>
    [
        "preview.png", "README.md", "safety_checker/config.json", "feature_extractor/preprocessor_config.json",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors", "vae/model.safetensors", "text_encoder/pytorch_model.bin",
        "tokenizer/tokenizer.json",
        "scheduler/scheduler_config.json.orig", "unet/.cache/half.safetensors", ".git/config",
    ];

    [Theory, MemberData(nameof(SpareFiles))]
    public void Fingerprint_IgnoresASpareFile(string name)
    {
        var before = Fingerprint();
        var path = Path.Combine(checkpoint.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "not what the model was read from");
        Assert.Equal(before, Fingerprint());
    }

    [Theory, InlineData("unet/spare.safetensors"), InlineData("model_card.md"), InlineData("lora")]
    public void Fingerprint_IgnoresALinkThatLeadsNowhere(string name)
    {
        var before = Fingerprint();
        File.CreateSymbolicLink(Path.Combine(checkpoint.Folder, name), Path.Combine(checkpoint.Folder, "no such file"));
        Assert.Equal(before, Fingerprint());
    }

    [Fact]
    public void Fingerprint_IsThatOfTheFilesNotOfTheirFolder()
    {
        var before = Fingerprint();
        using var elsewhere = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(checkpoint.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = elsewhere[Path.GetRelativePath(checkpoint.Folder, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        using var model = StableDiffusion.Load(elsewhere.Path);
        Assert.Equal(before, model.Fingerprint());
    }

    [Fact]
    public void AFingerprintOfAFileThatIsGone_IsRefused_NamingIt()
    {
        using var model = StableDiffusion.Load(checkpoint.Folder);
        var gone = checkpoint.At("scheduler", "scheduler_config.json");
        File.Delete(gone);
        Assert.Contains(gone, Assert.Throws<CheckpointException>(model.Fingerprint).Message);
    }

    void LoadsWhatWasStored(Action rearrange)
    {
        using var scope = NewDisposeScope();
        var stored = new[] { "text_encoder", "unet", "vae" }.ToDictionary(part => part, checkpoint.TensorsOf);
        rearrange();
        using var model = StableDiffusion.Load(checkpoint.Folder);
        (string, nn.Module)[] parts = [("text_encoder", model.Texts[0].Model), ("unet", model.Unet), ("vae", model.Vae)];
        foreach (var (part, module) in parts)
        {
            var loaded = module.state_dict();
            Assert.Equal(stored[part].Keys.Order(StringComparer.Ordinal), loaded.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, tensor) in loaded)
            {
                Assert.Equal(ScalarType.Float32, tensor.dtype);
                Assert.True(stored[part][name].to(float32).Equals(tensor), $"{part}: {name}");
            }
        }
    }
}
