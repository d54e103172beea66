using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Benchmarks;

/// <summary>Writes a checkpoint with the shapes of Stable Diffusion 2.1 and random weights, to measure speed and memory only.</summary>
static class RandomCheckpoint
{
    static readonly UnetConfig Unet = new()
    {
        SampleSize = 64,
        BlockOutChannels = [320, 640, 1280, 1280],
        AttentionHeads = [5, 10, 20, 20],
        CrossAttentionDim = [1024],
        UseLinearProjection = true,
    };

    static readonly VaeConfig Vae = new()
    {
        BlockOutChannels = [128, 256, 512, 512],
        LayersPerBlock = 2,
        DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
        UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
    };

    static readonly ClipTextConfig Text = new()
    {
        HiddenSize = 1024,
        IntermediateSize = 4096,
        Heads = 16,
        Layers = 23,
        Activation = "gelu"
    };

    /// <summary>Writes the checkpoint in fp16 if it does not exist yet.</summary>
    /// <param name="folder">Folder of the checkpoint, which takes about 2.6 GB.</param>
    /// <param name="tokenizer">A tokenizer folder to copy; the maximum length of its prompts is set to 77 tokens.</param>
    public static void Ensure(string folder, string tokenizer)
    {
        if (File.Exists(Path.Combine(folder, "model_index.json"))) return;
        Write(folder, "unet", "diffusion_pytorch_model.safetensors", Unet, () => new UNet2DConditionModel(Unet));
        Write(folder, "vae", "diffusion_pytorch_model.safetensors", Vae, () => new AutoencoderKL(Vae));
        Write(folder, "text_encoder", "model.safetensors", Text, () => new ClipTextModel(Text));
        WriteTokenizer(Path.Combine(folder, "tokenizer"), tokenizer);
        WriteJson(folder, "scheduler/scheduler_config.json", new JsonObject
        {
            ["beta_schedule"] = "scaled_linear",
            ["beta_start"] = 0.00085,
            ["beta_end"] = 0.012,
            ["steps_offset"] = 1,
            ["set_alpha_to_one"] = false,
        });
        WriteJson(folder, "model_index.json", new JsonObject { ["_class_name"] = "StableDiffusionPipeline" });
    }

    static void Write<T>(string folder, string part, string file, T config, Func<nn.Module> create)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, part);
        Directory.CreateDirectory(Path.Combine(folder, part));
        using (Placement.Use(ScalarType.Float16, CPU))
        {
            var weights = create().state_dict().Select(entry => (entry.Key, Random(entry.Key, entry.Value.shape, random)));
            SafeTensorsWriter.Write(Path.Combine(folder, part, file), weights);
        }
        WriteJson(folder, $"{part}/config.json", JsonSerializer.SerializeToNode(config)!);
    }

    // Norms have weight 1 and bias 0; the other weights keep the scale of their input. So values neither overflow nor vanish.
    static Tensor Random(string name, long[] shape, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var isNorm = name.Contains("norm", StringComparison.Ordinal);
        if (shape.Length == 1)
            return (isNorm && name.EndsWith("weight", StringComparison.Ordinal) ? ones(shape) : zeros(shape)).to(float16)
                .MoveToOuterDisposeScope();
        var inputs = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        return (random.Normal(shape, CPU) / Math.Sqrt(inputs)).to(float16).MoveToOuterDisposeScope();
    }

    static void WriteTokenizer(string folder, string source)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        var path = Path.Combine(folder, "tokenizer_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["model_max_length"] = 77;
        File.WriteAllText(path, config.ToJsonString());
    }

    static void WriteJson(string folder, string name, JsonNode content)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content.ToJsonString());
    }
}
