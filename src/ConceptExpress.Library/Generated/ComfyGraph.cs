using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Generated;

/// <summary>
/// The graph of ComfyUI's nodes that draws such a picture, in the form that its API takes and its page loads from a picture: its own
/// example of a text-to-image graph, with more nodes if a prompt has a <c>BREAK</c>.
/// </summary>
static class ComfyGraph
{
    const string Sampler = "3", Checkpoint = "4", Latent = "5", Positive = "6", Negative = "7", Decoder = "8", Saver = "9";

    /// <summary>Returns the JSON. It is ASCII only: ComfyUI's page reads the text of a PNG as UTF-8, whatever its chunk says.</summary>
    public static string Of(PictureRecord record, PromptSpelling spelling)
    {
        var (settings, graph) = (record.Settings, new JsonObject());
        var (sampler, scheduler) = settings.Sampling.Sampler switch
        {
            "ddim" => ("ddim", "ddim_uniform"),
            "pndm" => ("ipndm", "ddim_uniform"), // the nearest that ComfyUI has
            "dpm++" => ("dpmpp_2m", "normal"),
            var other => (other, "normal"),
        };
        Add(graph, Sampler, "KSampler", new JsonObject
        {
            ["seed"] = settings.Seed,
            ["steps"] = settings.Sampling.Steps,
            ["cfg"] = settings.Sampling.Guidance,
            ["sampler_name"] = sampler,
            ["scheduler"] = scheduler,
            ["denoise"] = 1,
            ["model"] = Output(Checkpoint),
            ["latent_image"] = Output(Latent),
        });
        Add(graph, Checkpoint, "CheckpointLoaderSimple", new JsonObject { ["ckpt_name"] = FileOf(record.Model.Path, record.Model.Name) });
        Add(graph, Latent, "EmptyLatentImage",
            new JsonObject { ["width"] = settings.Width, ["height"] = settings.Height, ["batch_size"] = 1 });
        graph[Sampler]!["inputs"]!["positive"] = Text(graph, Positive, spelling.ForComfy(settings.Prompt));
        graph[Sampler]!["inputs"]!["negative"] = Text(graph, Negative, spelling.ForComfy(settings.NegativePrompt));
        Add(graph, Decoder, "VAEDecode", new JsonObject { ["samples"] = Output(Sampler), ["vae"] = Output(Checkpoint, 2) });
        Add(graph, Saver, "SaveImage", new JsonObject { ["images"] = Output(Decoder), ["filename_prefix"] = "ConceptExpress" });
        return string.Concat(graph.ToJsonString(LibraryJson.Compact).Select(each => char.IsAscii(each) ? $"{each}" : $"\\u{(int)each:x4}"));
    }

    /// <summary>Adds the nodes of a prompt, and returns the output that gives its conditioning.</summary>
    static JsonArray Text(JsonObject graph, string first, IReadOnlyList<string> sections)
    {
        AddText(graph, first, sections[0]);
        var whole = first;
        foreach (var section in sections.Skip(1))
        {
            var (next, joined) = ($"{graph.Count + 10}", $"{graph.Count + 11}");
            AddText(graph, next, section);
            Add(graph, joined, "ConditioningConcat",
                new JsonObject { ["conditioning_to"] = Output(whole), ["conditioning_from"] = Output(next) });
            whole = joined;
        }
        return Output(whole);
    }

    static void AddText(JsonObject graph, string id, string text) =>
        Add(graph, id, "CLIPTextEncode", new JsonObject { ["text"] = text, ["clip"] = Output(Checkpoint, 1) });

    static void Add(JsonObject graph, string id, string kind, JsonObject inputs) =>
        graph[id] = new JsonObject { ["inputs"] = inputs, ["class_type"] = kind };

    static JsonArray Output(string node, int number = 0) => [node, number];

    // ComfyUI knows checkpoints by files; a folder becomes the file that it could be converted to.
    static string FileOf(string path, string name)
    {
        var file = path[(path.LastIndexOfAny(['/', '\\', '#']) + 1)..];
        return Path.GetExtension(file) is ".safetensors" or ".ckpt" ? file : $"{name[(name.LastIndexOf('/') + 1)..]}.safetensors";
    }
}
