using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Encoders.Dino;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

/// <summary>A folder with a small encoder of random weights, which lives as long as a test.</summary>
sealed class TinyEncoder : IDisposable
{
    public const int Side = 32, EndOfText = 6;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conceptexpress-encoder-");

    public static ClipConfig Clip { get; } = new()
    {
        ProjectionWidth = 6,
        Text = new ClipTextConfig
        {
            VocabularySize = 12,
            HiddenSize = 8,
            IntermediateSize = 16,
            Layers = 2,
            Heads = 2,
            Positions = 10,
            EndOfTextId = EndOfText,
        },
        Vision = new ClipVisionConfig { HiddenSize = 8, IntermediateSize = 16, Layers = 2, Heads = 2, ImageSize = Side, PatchSize = 8 },
    };

    public static DinoVisionConfig Dino { get; } =
        new() { HiddenSize = 8, IntermediateSize = 16, Layers = 2, Heads = 2, ImageSize = Side, PatchSize = 8 };

    public static Dinov2Config Dinov2 { get; } = new() { HiddenSize = 8, Layers = 2, Heads = 2, ImageSize = 48, PatchSize = 8 };

    public static Dinov2Config Registers { get; } = Dinov2 with { Type = "dinov2_with_registers", StoredRegisters = 3, IsGated = true };

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>By the model type that config.json names.</summary>
    public static TinyEncoder Create(string type)
    {
        var tiny = new TinyEncoder();
        nn.Module model = type switch
        {
            "clip" => tiny.Configured(Clip, new ClipModel(Clip)),
            "vit" => tiny.Configured(Dino, new DinoVisionModel(Dino)),
            "dinov2" => tiny.Configured(Dinov2, new Dinov2Model(Dinov2)),
            _ => tiny.Configured(Registers, new Dinov2Model(Registers)),
        };
        using (model) tiny.WriteWeights(Filled(model).state_dict().Select(entry => (entry.Key, entry.Value)));
        tiny.Write("preprocessor_config.json", new
        {
            size = new { shortest_edge = Side + 4 },
            crop_size = new { height = Side, width = Side },
            do_center_crop = true,
            image_mean = new[] { 0.4, 0.5, 0.6 },
            image_std = new[] { 0.2, 0.3, 0.4 },
            resample = 3,
        });
        new StandInTokenizer
        {
            Words = new() { ["cat"] = 3, ["dog"] = 4 },
            BeginOfText = 5,
            EndOfText = EndOfText,
            Padding = 0,
            VocabularySize = 12,
            Length = 10,
        }.Write(tiny.Path);
        return tiny;
    }

    /// <summary>The same model with random numbers of one seed.</summary>
    public static T Filled<T>(T model) where T : nn.Module
    {
        using var quiet = no_grad();
        using var random = new RandomStream(7, "tiny encoder");
        foreach (var (_, parameter) in model.named_parameters())
            using (var values = random.Normal(parameter.shape, CPU)) parameter.copy_(values * 0.5);
        return model;
    }

    public void WriteWeights(IEnumerable<(string, Tensor)> weights) => SafeTensorsWriter.Write(File("model.safetensors"), weights);

    public void Write(string name, object contents) => System.IO.File.WriteAllText(File(name), JsonSerializer.Serialize(contents));

    /// <summary>Changes a piece of a file's text that must be there.</summary>
    public void Edit(string name, string from, string to)
    {
        var text = System.IO.File.ReadAllText(File(name));
        Assert.Contains(from, text);
        System.IO.File.WriteAllText(File(name), text.Replace(from, to));
    }

    nn.Module Configured(object config, nn.Module model)
    {
        Write("config.json", config);
        return model;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
