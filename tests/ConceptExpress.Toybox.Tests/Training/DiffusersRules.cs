using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Toybox.Tests.Training;

/// <summary>
/// What diffusers needs of a folder to load a Stable Diffusion pipeline, in every version from 0.12 to the present. Read off its published
/// loading code; no diffusers runs here.
/// </summary>
static class DiffusersRules
{
    // From this version on, the layers of an autoencoder's attention have the names that the UNet's always had. It converts old names; older
    // versions leave new names unread, and fill the layers with random weights.
    static readonly Version RenamedAttention = new(0, 17);

    // Parts with weights, with the names of their files in all versions.
    static readonly (string Part, string File)[] Weighted =
        [("text_encoder", "model.safetensors"), ("unet", "diffusion_pytorch_model.safetensors"),
            ("vae", "diffusion_pytorch_model.safetensors")];

    // Every class of a part, with the file that tells its settings.
    static readonly Dictionary<string, (string Library, string Class, string Config)> Parts = new()
    {
        ["scheduler"] = ("diffusers", "DDIMScheduler", "scheduler_config.json"),
        ["text_encoder"] = ("transformers", "CLIPTextModel", "config.json"),
        ["tokenizer"] = ("transformers", "CLIPTokenizer", "tokenizer_config.json"),
        ["unet"] = ("diffusers", "UNet2DConditionModel", "config.json"),
        ["vae"] = ("diffusers", "AutoencoderKL", "config.json"),
    };

    /// <summary>Asserts that a folder follows the rules.</summary>
    public static void Hold(string folder)
    {
        var index = Json(folder, "model_index.json");
        Assert.Equal("StableDiffusionPipeline", (string?)index["_class_name"]);
        Assert.Equal(Parts.Keys.Order(), index.Where(entry => entry.Value is JsonArray parts && parts[0] is not null)
            .Select(entry => entry.Key).Order());
        var version = VersionOf(index);
        foreach (var (part, (library, type, config)) in Parts)
        {
            Assert.Equal([library, type], index[part]!.AsArray().Select(word => (string?)word));
            var settings = Json(folder, part, config);
            if (library == "diffusers")
            {
                Assert.Equal(type, (string?)settings["_class_name"]);
                Assert.Equal(version, VersionOf(settings));
            }
        }
        Assert.Equal("CLIPTextModel", (string?)Json(folder, "text_encoder", "config.json")["architectures"]![0]);
        Assert.Equal("CLIPTokenizer", (string?)Json(folder, "tokenizer", "tokenizer_config.json")["tokenizer_class"]);
        Assert.All(["vocab.json", "merges.txt", "special_tokens_map.json"],
            file => Assert.True(File.Exists(Path.Combine(folder, "tokenizer", file)), file));
        foreach (var (part, file) in Weighted) HoldForWeights(Path.Combine(folder, part, file), part, version);
    }

    /// <summary>Asserts that a weight file follows the rules, if the folder's configurations name a version.</summary>
    public static void HoldForWeights(string path, string part, Version version)
    {
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal("pt", file.Metadata["format"]); // without it, no version reads the file
        if (part == "vae")
        {
            var isOld = file.Names.Any(name => name.EndsWith(".attentions.0.query.weight", StringComparison.Ordinal));
            Assert.Equal(version < RenamedAttention, isOld);
            Assert.Equal(!isOld, file.Names.Any(name => name.Contains(".to_q.", StringComparison.Ordinal)));
        }
        else Assert.DoesNotContain(file.Names, name => name.Contains(".query.", StringComparison.Ordinal));
        Assert.Equal(part == "text_encoder", file.Names.All(name => name.StartsWith("text_model.", StringComparison.Ordinal)));
    }

    /// <summary>The version that a configuration names.</summary>
    public static Version VersionOf(JsonObject config) => Version.Parse((string)config["_diffusers_version"]!);

    static JsonObject Json(params string[] path) =>
        JsonSerializer.Deserialize<JsonObject>(File.ReadAllText(Path.Combine(path)))!;
}
