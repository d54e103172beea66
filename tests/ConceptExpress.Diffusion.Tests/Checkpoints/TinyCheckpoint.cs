using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>A whole checkpoint of random weights, as small as one can be, in a folder of its own, to be damaged.</summary>
/// <remarks>It is like Stable Diffusion 1.x or, if asked for, like 2.x.</remarks>
sealed class TinyCheckpoint : IDisposable
{
    static readonly string[] Weights = ["text_encoder", "unet", "vae"];

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conceptexpress-tiny-");

    public TinyCheckpoint(bool second = false)
    {
        foreach (var part in new[] { "tokenizer", "scheduler" })
        {
            folder.CreateSubdirectory(part);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(TestFolders.Toybox, part)))
                File.Copy(file, At(part, Path.GetFileName(file)));
        }
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "tiny checkpoint");
        var tokenizer = ClipTokenizer.Load(Path.Combine(Folder, "tokenizer"));
        var text = new ClipTextConfig
        {
            VocabularySize = tokenizer.VocabularySize,
            Positions = tokenizer.ModelMaxLength,
            HiddenSize = 8,
            IntermediateSize = 16,
            Layers = second ? 2 : 1,
            Heads = 2,
            Activation = second ? "gelu" : "quick_gelu",
        };
        var unet = new UnetConfig
        {
            BlockOutChannels = [8, 8],
            NormNumGroups = 4,
            LayersPerBlock = [1],
            AttentionHeads = [2],
            UseLinearProjection = second,
            CrossAttentionDim = [8],
            DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"],
        };
        var vae = new VaeConfig
        {
            BlockOutChannels = [4, 4],
            NormNumGroups = 2,
            DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        };
        Write("text_encoder", text, new ClipTextModel(text), random);
        Write("unet", unet, new UNet2DConditionModel(unet), random);
        Write("vae", vae, new AutoencoderKL(vae), random);
    }

    public string Folder => folder.FullName;

    public string At(string part, string file) => Path.Combine(Folder, part, file);

    public string WeightsOf(string part) => At(part, WeightsName(part));

    public static string WeightsName(string part) => part == "text_encoder" ? "model.safetensors" : "diffusion_pytorch_model.safetensors";

    /// <summary>Sets a field of a part's configuration to a JSON value.</summary>
    public void Configure(string part, string field, string value)
    {
        var file = At(part, part is "scheduler" or "tokenizer" ? $"{part}_config.json" : "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config[field] = JsonNode.Parse(value);
        File.WriteAllText(file, config.ToJsonString());
    }

    /// <summary>Writes a part's weights anew.</summary>
    public void Change(string part, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        var tensors = TensorsOf(part);
        change(tensors);
        SafeTensorsWriter.Write(WeightsOf(part), tensors.Select(entry => (entry.Key, entry.Value)));
    }

    /// <summary>A part's weights as they are in its file.</summary>
    public Dictionary<string, Tensor> TensorsOf(string part)
    {
        using var file = SafeTensorsFile.Open(WeightsOf(part));
        return file.Names.ToDictionary(name => name, file.Read);
    }

    /// <summary>Gives every weight file the name that it has in a half-precision download.</summary>
    public void RenameToHalf()
    {
        foreach (var part in Weights) File.Move(WeightsOf(part), WeightsOf(part).Replace(".safetensors", ".fp16.safetensors"));
    }

    /// <summary>Splits the UNet's weights in two files and an index; returns the files' names.</summary>
    public string[] Shard()
    {
        using var scope = NewDisposeScope();
        var tensors = TensorsOf("unet").OrderBy(entry => entry.Key, StringComparer.Ordinal).Chunk(30).ToList();
        string[] names = [.. tensors.Select((_, i) => $"diffusion_pytorch_model-{i + 1:00000}-of-{tensors.Count:00000}.safetensors")];
        foreach (var (shard, name) in tensors.Zip(names))
            SafeTensorsWriter.Write(At("unet", name), shard.Select(entry => (entry.Key, entry.Value)));
        var map = tensors.Zip(names).SelectMany(pair => pair.First.Select(entry => (entry.Key, pair.Second))).ToDictionary();
        File.WriteAllText(At("unet", "diffusion_pytorch_model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        File.Delete(WeightsOf("unet"));
        return names;
    }

    void Write<T>(string part, T config, nn.Module module, RandomStream random)
    {
        folder.CreateSubdirectory(part);
        File.WriteAllText(At(part, "config.json"), JsonSerializer.Serialize(config));
        var weights = module.state_dict().Select(entry => (entry.Key, random.Normal(entry.Value.shape, CPU) * 0.1));
        SafeTensorsWriter.Write(WeightsOf(part), weights);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
