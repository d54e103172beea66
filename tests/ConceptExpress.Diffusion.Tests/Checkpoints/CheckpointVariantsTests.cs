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
    public void Fingerprint_FollowsEveryFileThatDecides_AndNoOther()
    {
        string Fingerprint()
        {
            using var model = StableDiffusion.Load(checkpoint.Folder);
            return model.Fingerprint();
        }
        var before = Fingerprint();
        File.WriteAllText(Path.Combine(checkpoint.Folder, "preview.png"), "not part of the model");
        Directory.CreateDirectory(Path.Combine(checkpoint.Folder, "safety_checker"));
        File.WriteAllText(Path.Combine(checkpoint.Folder, "safety_checker", "config.json"), "{}");
        Assert.Equal(before, Fingerprint());
        checkpoint.Configure("scheduler", "beta_end", "0.02");
        Assert.NotEqual(before, Fingerprint());
    }

    void LoadsWhatWasStored(Action rearrange)
    {
        using var scope = NewDisposeScope();
        var stored = new[] { "text_encoder", "unet", "vae" }.ToDictionary(part => part, checkpoint.TensorsOf);
        rearrange();
        using var model = StableDiffusion.Load(checkpoint.Folder);
        (string, nn.Module)[] parts = [("text_encoder", model.TextEncoder), ("unet", model.Unet), ("vae", model.Vae)];
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
