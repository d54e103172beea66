using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Core;

/// <summary>The part of the golden suite that is committed, and how it is made from the whole.</summary>
static class GoldenCore
{
    /// <summary>What the autoencoder of tiny-sd2 makes of the training photo, upright and mirrored: stands for both.</summary>
    public const string Posteriors = "training/posteriors.safetensors";

    const string ThinText = "tiny-sd1";

    static readonly string[] CopiedFolders = ["tiny-sd2/text_encoder", "tiny-sd2/unet", "tiny-sd2/scheduler", "tiny-sd1/unet"];

    static readonly string[] CopiedFiles =
    [
        "components/tiny-sd1/unet.safetensors", "components/tiny-sd2/unet.safetensors", "components/tiny-sd2/text.safetensors",
        "components/schedulers.safetensors", "localization/small_cases.safetensors", "localization/small_cases.json",
        "losses/losses.safetensors", "training/training.safetensors", "training/training.json",
    ];

    public static void Write()
    {
        IEnumerable<string> FilesOf(string folder) =>
            Directory.EnumerateFiles(TestFolders.Golden(folder)).Select(file => $"{folder}/{Path.GetFileName(file)}");
        foreach (var file in CopiedFiles.Concat(CopiedFolders.SelectMany(FilesOf)))
            File.WriteAllBytes(Target(file), File.ReadAllBytes(TestFolders.Golden(file)));
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        WritePosteriors();
        WriteThinText();
    }

    static void WritePosteriors()
    {
        using var model = StableDiffusion.Load(TestFolders.Golden("tiny-sd2"), ComputePrecision.Fp64);
        var photo = Learning.TrainingGoldenTests.Photo();
        var (upright, mirrored) = (model.Vae.Encode(photo), model.Vae.Encode(photo.flip(3)));
        SafeTensorsWriter.Write(Target(Posteriors), [.. Named("upright", upright), .. Named("mirrored", mirrored)]);
    }

    static (string, Tensor)[] Named(string view, Posterior posterior) =>
        [($"{view}/mean", posterior.Mean), ($"{view}/log_variance", posterior.LogVariance)];

    /// <summary>A text encoder with the vocabulary of its own golden prompts only, renumbered from 0: a thirtieth of the size.</summary>
    static void WriteThinText()
    {
        const string folder = $"{ThinText}/text_encoder", prompts = $"components/{ThinText}/text.safetensors";
        const string rows = "text_model.embeddings.token_embedding.weight";
        var config = JsonNode.Parse(File.ReadAllText(TestFolders.Golden($"{folder}/config.json")))!;
        var firstPlaceholder = config["vocab_size"]!.GetValue<long>();

        using var golden = SafeTensorsFile.Open(TestFolders.Golden(prompts));
        var ids = golden.Read("input_ids");
        long[] words = [.. ids.data<long>().Where(id => id < firstPlaceholder).Distinct().Order()];
        long Renumbered(long id) => id < firstPlaceholder ? Array.IndexOf(words, id) : id - firstPlaceholder + words.Length;
        var renumbered = tensor([.. ids.data<long>().Select(Renumbered)], dtype: int64).view(ids.shape);
        var changed = golden.Names.Select(name => (name, name == "input_ids" ? renumbered : golden.Read(name)));
        SafeTensorsWriter.Write(Target(prompts), changed);

        using var weights = SafeTensorsFile.Open(TestFolders.Golden($"{folder}/model.safetensors"));
        Tensor Thinned(string name) => name == rows ? weights.Read(name).index_select(0, tensor(words)) : weights.Read(name);
        SafeTensorsWriter.Write(Target($"{folder}/model.safetensors"), weights.Names.Select(name => (name, Thinned(name))));
        config["vocab_size"] = words.Length;
        File.WriteAllText(Target($"{folder}/config.json"), config.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    static string Target(string file)
    {
        var path = TestFolders.GoldenCore(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
