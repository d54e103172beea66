using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Thousands of damaged JSON files of checkpoints: each is read or refused, and costs little.</summary>
public sealed class JsonMutationTests : IDisposable
{
    const long MaxAllocated = 20_000_000;
    // A schedule may have a million timesteps, of which samplers make several lists.
    const long MaxAllocatedInDrawing = 150_000_000;
    const string Index = "diffusion_pytorch_model.safetensors.index.json";

    readonly TinyCheckpoint checkpoint = new();
    readonly TemporaryFolder tokenizer = new();

    public void Dispose()
    {
        checkpoint.Dispose();
        tokenizer.Dispose();
    }

    sealed record JsonFile(string Path, string Text, Action Read);

    [Fact]
    public void MutatedJson_OfCheckpoints_IsReadOrRefused()
    {
        var files = Files();
        new MutationRun("JSON of checkpoints", 20261128, MaxAllocated, typeof(CheckpointException)).Run(
            (i, random) => Mutation.OfJson(files[i % files.Count].Text, random),
            (bytes, i) => Written(files[i % files.Count], bytes, files[i % files.Count].Read),
            i => Path.GetFileName(Path.GetDirectoryName(files[i % files.Count].Path))!);
    }

    [Fact]
    public void Checkpoints_OfMutatedJson_AreReadOrRefused_AndDraw()
    {
        List<JsonFile> files = [.. Files().Where(file => file.Path.StartsWith(checkpoint.Folder))];
        var run = new MutationRun("JSON of whole checkpoints", 20261129, MaxAllocatedInDrawing, typeof(CheckpointException),
            typeof(SettingsException))
        { Every = 25 };
        run.Run(
            (i, random) => Mutation.OfJson(files[i % files.Count].Text, random),
            (bytes, i) => Written(files[i % files.Count], bytes, () =>
            {
                using var model = StableDiffusion.Load(checkpoint.Folder);
                new TextToImage(model, []).Generate(new GenerationSettings
                {
                    Prompt = "a photo of a duck",
                    Sampling = new SamplingSettings { Steps = 2 },
                    Width = 32,
                    Height = 32,
                });
            }));
    }

    static void Written(JsonFile file, byte[] bytes, Action read)
    {
        File.WriteAllBytes(file.Path, bytes);
        try
        {
            read();
        }
        finally
        {
            File.WriteAllText(file.Path, file.Text);
        }
    }

    List<JsonFile> Files()
    {
        var (text, unet, vae) = (checkpoint.At("text_encoder", "config.json"), checkpoint.At("unet", "config.json"),
            checkpoint.At("vae", "config.json"));
        var scheduler = checkpoint.At("scheduler", NoiseSchedule.FileName);
        File.WriteAllText(scheduler, """
            {"_class_name":"DDIMScheduler","num_train_timesteps":1000,"beta_start":0.00085,"beta_end":0.012,"beta_schedule":"scaled_linear",
            "prediction_type":"v_prediction","trained_betas":null,"set_alpha_to_one":false,"steps_offset":1,"rescale_betas_zero_snr":false}
            """);
        WriteTokenizer();
        var index = Path.Combine(tokenizer.Path, Index);
        File.WriteAllText(index, """{"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        List<JsonFile> files =
        [
            Of(text, () => ConfigCheck.Read<ClipTextConfig>(text).Validated(text)),
            Of(unet, () => ConfigCheck.Read<UnetConfig>(unet).Validated(unet)),
            Of(vae, () => ConfigCheck.Read<VaeConfig>(vae).Validated(vae)),
            Of(scheduler, () => new NoiseSchedule(ConfigCheck.Read<ScheduleConfig>(scheduler).Validated(scheduler))),
            Of(index, () => ShardIndex.Read(index)),
        ];
        foreach (var name in new[] { "vocab.json", "added_tokens.json", "tokenizer_config.json", "special_tokens_map.json" })
            files.Add(Of(tokenizer[name], () => Encode(tokenizer.Path)));
        files.Add(Of(tokenizer["fast/tokenizer.json"], () => Encode(tokenizer["fast"])));
        File.WriteAllText(Path.Combine(checkpoint.Folder, "model_index.json"),
            """{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"],"safety_checker":[null,null]}""");
        files.Add(Of(Path.Combine(checkpoint.Folder, "model_index.json"), () => { }));
        return files;
    }

    static JsonFile Of(string path, Action read) => new(path, File.ReadAllText(path), read);

    static void Encode(string folder)
    {
        var read = ClipTokenizer.Load(folder);
        var ids = read.Encode("low lower <own> ünïcode").Ids;
        Assert.Equal(read.ModelMaxLength, ids.Length);
        Assert.NotNull(read.Decode(ids));
        Assert.NotNull(WordNames.FreeIn(read));
    }

    // A few letters and pairs, in both forms.
    void WriteTokenizer()
    {
        string[] words = ["l", "o", "w", "e", "r", "lo", "w</w>", "r</w>", "low</w>", "e</w>", "<|startoftext|>", "<|endoftext|>"];
        var vocabulary = words.Index().ToDictionary(word => word.Item, word => word.Index);
        tokenizer.Write("vocab.json", JsonSerializer.Serialize(vocabulary));
        tokenizer.Write("merges.txt", "#version: 0.2\nl o\nlo w</w>\n");
        tokenizer.Write("added_tokens.json", """{"<own>":12}""");
        tokenizer.Write("tokenizer_config.json",
            """{"model_max_length":8,"bos_token":"<|startoftext|>","eos_token":{"content":"<|endoftext|>"},"pad_token":null}""");
        tokenizer.Write("special_tokens_map.json", """{"unk_token":"<|endoftext|>","pad_token":{"content":"l"}}""");
        Directory.CreateDirectory(tokenizer["fast"]);
        tokenizer.Write("fast/tokenizer_config.json", "{}");
        tokenizer.Write("fast/tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = JsonNode.Parse("""[{"id":11,"content":"<|endoftext|>"},{"id":12,"content":"<own>"}]"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = JsonSerializer.SerializeToNode(vocabulary),
                ["merges"] = JsonNode.Parse("""[["l","o"],"lo w</w>"]"""),
            },
        }.ToJsonString());
    }
}
