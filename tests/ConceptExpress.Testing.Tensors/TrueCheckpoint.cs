using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>The shapes of Stable Diffusion 1.5 and 2.1, and a checkpoint of them with random weights in half precision.</summary>
static class TrueCheckpoint
{
    public static ClipTextConfig Text(bool second) => second
        ? new() { HiddenSize = 1024, IntermediateSize = 4096, Heads = 16, Layers = 23, Activation = "gelu" }
        : new() { HiddenSize = 768, IntermediateSize = 3072, Heads = 12 };

    public static UnetConfig Unet(bool second) => second
        ? new() { CrossAttentionDim = [1024], AttentionHeads = [5, 10, 20, 20], UseLinearProjection = true, UpcastAttention = true }
        : new() { CrossAttentionDim = [768], UpcastAttention = false };

    public static VaeConfig Vae { get; } = new()
    {
        BlockOutChannels = [128, 256, 512, 512],
        LayersPerBlock = 2,
        DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
        UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
    };

    /// <summary>A module of a configuration whose tensors take no memory.</summary>
    public static nn.Module Outline(string part, bool second)
    {
        using var nowhere = Placement.Use(ScalarType.Float16, META);
        return part switch
        {
            "text_encoder" => new ClipTextModel(Text(second)),
            "unet" => new UNet2DConditionModel(Unet(second)),
            _ => new AutoencoderKL(Vae),
        };
    }

    /// <summary>Writes the checkpoint in the diffusers layout, with the tokenizer and the schedule of the Toybox.</summary>
    public static void Write(string folder, bool second)
    {
        foreach (var part in new[] { "tokenizer", "scheduler" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(TestFolders.Toybox, part)))
                File.Copy(file, Path.Combine(folder, part, Path.GetFileName(file)));
        }
        Write(folder, "text_encoder", Text(second), second);
        Write(folder, "unet", Unet(second), second);
        Write(folder, "vae", Vae, second);
    }

    static void Write<T>(string folder, string part, T config, bool second)
    {
        Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllText(Path.Combine(folder, part, "config.json"), JsonSerializer.Serialize(config));
        using var scope = NewDisposeScope();
        using var random = new RandomStream(second ? 2 : 1, part);
        using var outline = Outline(part, second);
        var tensors = outline.state_dict().ToDictionary(entry => entry.Key, entry => Weights(random, entry.Key, entry.Value.shape));
        var file = part == "text_encoder" ? "model.safetensors" : "diffusion_pytorch_model.safetensors";
        SafeTensorsWriter.Write(Path.Combine(folder, part, file),
            tensors.Select(entry => (entry.Key, entry.Value)));
    }

    // Values that neither vanish nor grow on their way through the layers: norms about 1, matrices by the number of their columns.
    static Tensor Weights(RandomStream random, string name, long[] shape)
    {
        using var scope = NewDisposeScope();
        var values = random.Normal(shape, CPU);
        var weights = shape.Length > 1
            ? values / Math.Sqrt(values.numel() / (double)shape[0])
            : values * 0.1 + (name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
        return weights.to(float16).MoveToOuterDisposeScope();
    }
}
