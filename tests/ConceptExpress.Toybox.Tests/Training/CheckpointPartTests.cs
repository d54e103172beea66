using System.Security.Cryptography;
using System.Text;
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
    public void TheEmbeddedCheckpoint_IsOneThatEveryVersionOfDiffusersReads()
    {
        DiffusersRules.Hold(TestFolders.Toybox);
        Assert.All(Directory.EnumerateFiles(Path.Combine(TestFolders.Repository, "models"), "*.safetensors", SearchOption.AllDirectories),
            path =>
            {
                using var file = SafeTensorsFile.Open(path);
                Assert.Equal("pt", file.Metadata["format"]);
            });
    }

    [Fact]
    public void TheEmbeddedCheckpoint_HasTheTensorsThatWereMeasured()
    {
        // Of the tensors alone, in the order of present names. The documented figures were measured before metadata and old names came
        // into the files, which changed their fingerprint.
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (nn.Module part in new nn.Module[] { model.Texts[0].Model, model.Unet, model.Vae })
            foreach (var (name, tensor) in part.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(name));
                hash.AppendData(tensor.to(float16).contiguous().bytes);
            }
        Assert.Equal("314ba8533e1a160ddcc6e4d159b8ac37fa558801a451d5524ffd1d90b938bfb8", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory, InlineData("toybox"), InlineData("toybox-clip"), InlineData("toybox-judge")]
    public void EmbeddedModels_HaveCardsInTheHubsForm(string model) =>
        HasCard(Path.Combine(TestFolders.Repository, "models", model), "license: mit");

    [Fact]
    public void ALaidOutCheckpoint_HasACardInTheHubsForm()
    {
        Architecture.LayOut("tiny", folder.Path);
        HasCard(folder.Path, "library_name: diffusers");
    }

    // The hub reads fields between two lines of dashes at the very beginning.
    static void HasCard(string folder, string field)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "README.md"));
        Assert.Equal("---", lines[0]);
        var fields = lines.Skip(1).TakeWhile(line => line != "---").ToList();
        Assert.Contains(field, fields);
        Assert.Contains(fields, line => line.StartsWith("pipeline_tag: ", StringComparison.Ordinal));
        Assert.StartsWith("# ", lines.Skip(fields.Count + 2).First(line => line.Length > 0), StringComparison.Ordinal);
    }

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

        DiffusersRules.HoldForWeights(folder["vae/diffusion_pytorch_model.safetensors"], "vae",
            DiffusersRules.VersionOf(JsonNode.Parse(File.ReadAllText(folder["vae/config.json"]))!.AsObject()));
        using var loaded = StableDiffusion.LoadVae(folder.Path);
        var stored = parameters.Of("vae", parameters.Read()).ToDictionary(item => item.Name, item => item.Values);
        var state = loaded.state_dict();
        Assert.Equal(stored.Keys.Order(), state.Keys.Order());
        Assert.All(state, pair => Assert.True(pair.Value.eq(stored[pair.Key].to(float16).to(float32)).all().item<bool>(), pair.Key));
    }
}
