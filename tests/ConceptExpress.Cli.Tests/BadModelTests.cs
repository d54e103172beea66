using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using TorchSharp;

namespace ConceptExpress.Cli.Tests;

public sealed class BadModelTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    string Model => temp["model"];
    string TextWeights => Path.Combine(Model, "text_encoder", "model.safetensors");

    [Fact]
    public void MissingModel_IsRefused() => AssertRefused("absent-model", temp["absent-model"]);

    [Fact]
    public void FileForAModel_IsRefused() => AssertRefused("toybox-01.png", Cli.Sample);

    [Fact]
    public void ModelWithoutUnet_IsRefused()
    {
        CopyModel();
        Directory.Delete(Path.Combine(Model, "unet"), recursive: true);
        AssertRefused("unet");
    }

    [Theory]
    [InlineData("unet/config.json")]
    [InlineData("text_encoder/model.safetensors")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("scheduler/scheduler_config.json")]
    public void ModelWithoutAFile_IsRefused(string file)
    {
        CopyModel();
        File.Delete(Path.Combine(Model, file));
        AssertRefused(file.Split('/')[0]);
    }

    [Fact]
    public void ModelWithoutAWeight_IsRefused_NamingIt()
    {
        CopyModel();
        string? dropped = null;
        RewriteTextWeights((name, tensor) => dropped is null && tensor.dim() == 2 ? Drop(dropped = name) : tensor);
        AssertRefused(dropped!);

        static torch.Tensor? Drop(string _) => null;
    }

    [Fact]
    public void WeightOfAnotherShape_IsRefused_NamingIt()
    {
        CopyModel();
        string? changed = null;
        RewriteTextWeights((name, tensor) =>
        {
            if (changed is not null || tensor.dim() != 2) return tensor;
            changed = name;
            return torch.cat([tensor, tensor], 0);
        });
        AssertRefused(changed!);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(50_000_000ul)]
    public void HeaderThatLiesAboutItsLength_IsRefused(ulong length)
    {
        CopyModel();
        var bytes = File.ReadAllBytes(TextWeights);
        BitConverter.TryWriteBytes(bytes, length);
        Overwrite(TextWeights, bytes);
        AssertRefused("model.safetensors");
    }

    [Fact]
    public void HeaderThatLiesAboutItsData_IsRefused()
    {
        CopyModel();
        var bytes = File.ReadAllBytes(TextWeights);
        Overwrite(TextWeights, bytes[..(bytes.Length / 2)]);
        AssertRefused("model.safetensors");
    }

    [Fact]
    public void ConfigurationThatMakesNoSense_IsRefused_NamingTheField()
    {
        CopyModel();
        var file = Path.Combine(Model, "unet", "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config["norm_num_groups"] = 7;
        Overwrite(file, System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()));
        AssertRefused("norm_num_groups");
    }

    // Weights so large that what is computed with them overflows, although each is finite.
    [Theory]
    [InlineData("localize", "text_encoder", "layers.0.mlp.fc1.weight", "text encoder")]
    [InlineData("localize", "unet", "conv_in.weight", "UNet")]
    [InlineData("localize", "vae", "encoder.conv_out.weight", "autoencoder")]
    [InlineData("extract", "unet", "conv_out.weight", "UNet")]
    [InlineData("generate", "text_encoder", "layers.0.mlp.fc1.weight", "text encoder")]
    [InlineData("generate", "unet", "conv_out.weight", "UNet")]
    [InlineData("generate", "vae", "decoder.conv_in.weight", "autoencoder")]
    public void ModelThatComputesNumbersThatAreNotFinite_IsRefused_NamingThePart(string command, string part, string tensor, string named)
    {
        CopyModel();
        RewriteWeights(Directory.GetFiles(Path.Combine(Model, part), "*.safetensors").Single(), (name, values) =>
            name.EndsWith(tensor) ? values.to_type(torch.ScalarType.Float32) * 1e38f : values);
        string[] words = command == "generate"
            ? ["generate", "--concepts", Learned(), "--prompt", "a photo of <asset0>", "--steps", "2"]
            : [command, Cli.Sample];
        var outcome = Cli.Run([.. words, "--output", temp["out"], "--model", Model]);
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.StartsWith($"error: The {named} of model computed numbers that are not finite", outcome.Failures[0]);
        Assert.False(File.Exists(temp["out/concepts.json"]) || File.Exists(temp["out/000.png"]));
    }

    string Learned()
    {
        var outcome = Cli.Run("extract", Cli.Sample, "--preset", "paper", "--steps", "2", "--merge-step", "1", "--previews", "0",
            "--resolution", "64", "--max-concepts", "1", "--output", temp["words"]);
        Assert.Equal(ExitCodes.Done, outcome.Code);
        return temp["words"];
    }

    void AssertRefused(string named, string? model = null)
    {
        var outcome = Cli.Run("localize", Cli.Sample, "--output", temp["out"], "--model", model ?? Model);
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains(named, outcome.Failures[0]);
        Assert.False(Directory.Exists(temp["out"]));
    }

    void CopyModel()
    {
        foreach (var file in Directory.GetFiles(TestFolders.Toybox, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Model, Path.GetRelativePath(TestFolders.Toybox, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    void RewriteTextWeights(Func<string, torch.Tensor, torch.Tensor?> change) => RewriteWeights(TextWeights, change);

    static void RewriteWeights(string path, Func<string, torch.Tensor, torch.Tensor?> change)
    {
        using var scope = torch.NewDisposeScope();
        using (var file = SafeTensorsFile.Open(path))
        {
            var tensors = file.Names.Select(name => (Name: name, Tensor: change(name, file.Read(name))))
                .Where(pair => pair.Tensor is not null).ToList();
            SafeTensorsWriter.Write(path + ".changed", tensors.ConvertAll(pair => (pair.Name, pair.Tensor!)));
        }
        File.Move(path + ".changed", path, overwrite: true);
    }

    static void Overwrite(string file, byte[] bytes)
    {
        File.Delete(file);
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => temp.Dispose();
}
