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

    void RewriteTextWeights(Func<string, torch.Tensor, torch.Tensor?> change)
    {
        using var scope = torch.NewDisposeScope();
        using (var file = SafeTensorsFile.Open(TextWeights))
        {
            var tensors = file.Names.Select(name => (Name: name, Tensor: change(name, file.Read(name))))
                .Where(pair => pair.Tensor is not null).ToList();
            SafeTensorsWriter.Write(TextWeights + ".changed", tensors.ConvertAll(pair => (pair.Name, pair.Tensor!)));
        }
        File.Move(TextWeights + ".changed", TextWeights, overwrite: true);
    }

    static void Overwrite(string file, byte[] bytes)
    {
        File.Delete(file);
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => temp.Dispose();
}
