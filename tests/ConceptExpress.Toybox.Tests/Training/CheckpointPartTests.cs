using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Training;
using ConceptExpress.Toybox.Training.Stages;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Tests.Training;

/// <summary>What a training writes, by the published rules of diffusers from 0.12 to the present.</summary>
public sealed class CheckpointPartTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheAutoencoder_IsOneThatEveryVersionOfDiffusersReads()
    {
        using var scope = NewDisposeScope();
        var architecture = Architecture.LayOut("tiny", folder.Path);
        using var replica = new VaeReplica(architecture.Vae, new Placing(CPU, ComputePrecision.Fp32));
        using var random = new RandomStream(1, "test");
        foreach (var (_, module) in replica.Modules) Initialisation.Fill(module, random);
        var parameters = new FlatParameters(replica.Modules);
        CheckpointPart.Write(folder.Path, "vae", parameters, parameters.Read());

        using var file = SafeTensorsFile.Open(folder["vae/diffusion_pytorch_model.safetensors"]);
        Assert.Equal("pt", file.Metadata["format"]); // without it, no version reads the file
        Assert.Contains(file.Names, name => name.EndsWith(".attentions.0.query.weight", StringComparison.Ordinal));
        Assert.DoesNotContain(file.Names, name => name.Contains(".to_q.", StringComparison.Ordinal)); // unknown before 0.17
        var config = JsonNode.Parse(File.ReadAllText(folder["vae/config.json"]))!;
        Assert.Equal("AutoencoderKL", (string?)config["_class_name"]);
        Assert.True(Version.Parse((string)config["_diffusers_version"]!) < new Version(0, 17)); // agrees with the names

        using var loaded = StableDiffusion.LoadVae(folder.Path);
        var stored = parameters.Of("vae", parameters.Read()).ToDictionary(item => item.Name, item => item.Values);
        var state = loaded.state_dict();
        Assert.Equal(stored.Keys.Order(), state.Keys.Order());
        Assert.All(state, pair => Assert.True(pair.Value.eq(stored[pair.Key].to(float16).to(float32)).all().item<bool>(), pair.Key));
    }
}
