using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>
/// The golden core's tiny-sd2 as a whole Stable Diffusion: text encoder, UNet and noise schedule are real, the tokenizer knows the words of
/// training prompts only, and the autoencoder is blank (the core has posteriors in place of a photo).
/// </summary>
public static class CoreCheckpoint
{
    /// <param name="precision">What UNet and autoencoder compute in.</param>
    /// <param name="trainTimesteps">Steps of the noise schedule; null for the checkpoint's own.</param>
    /// <param name="promptLength">Tokens of a prompt; null for as many as the text encoder has positions.</param>
    public static StableDiffusion Load(ComputePrecision precision = ComputePrecision.Fp32, int? trainTimesteps = null,
        int? promptLength = null)
    {
        var folder = Directory.CreateTempSubdirectory("conceptexpress-core-");
        try
        {
            foreach (var part in new[] { "text_encoder", "unet", "scheduler" })
                Copy(TestFolders.GoldenCore($"tiny-sd2/{part}"), folder.CreateSubdirectory(part).FullName);
            if (trainTimesteps is { } steps) Shorten(Path.Combine(folder.FullName, "scheduler", NoiseSchedule.FileName), steps);
            WriteTokenizer(folder.CreateSubdirectory("tokenizer").FullName, promptLength);
            WriteBlankAutoencoder(folder.CreateSubdirectory("vae").FullName);
            return StableDiffusion.Load(folder.FullName, precision);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Shorten(string schedule, int steps)
    {
        var config = JsonNode.Parse(File.ReadAllText(schedule))!;
        config["num_train_timesteps"] = steps;
        File.WriteAllText(schedule, config.ToJsonString());
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    /// <summary>With the ids that the recorded run has for a prompt of several concepts, "a photo of x and y ...".</summary>
    static void WriteTokenizer(string folder, int? promptLength)
    {
        var textConfig = ConfigCheck.Read<ClipTextConfig>(TestFolders.GoldenCore("tiny-sd2/text_encoder/config.json"));
        using var run = JsonDocument.Parse(File.ReadAllText(TestFolders.GoldenCore("training/training.json")));
        var lastStep = run.RootElement.GetProperty("steps").EnumerateArray().Last();
        var joint = lastStep.GetProperty("prompt_ids").EnumerateArray().Last();
        int[] ids = [.. joint.EnumerateArray().Select(id => id.GetInt32())];
        var afterConcepts = Array.FindLastIndex(ids, id => id >= textConfig.VocabularySize) + 1;
        new StandInTokenizer
        {
            Words = new() { ["a"] = ids[1], ["photo"] = ids[2], ["of"] = ids[3], ["and"] = ids[5] },
            BeginOfText = ids[0],
            EndOfText = ids[afterConcepts],
            Padding = ids[afterConcepts + 1],
            VocabularySize = (int)textConfig.VocabularySize,
            Length = promptLength ?? textConfig.Positions,
        }.Write(folder);
    }

    static void WriteBlankAutoencoder(string folder)
    {
        var config = new VaeConfig
        {
            BlockOutChannels = [1, 1, 1, 1],
            NormNumGroups = 1,
            DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
            UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config));
        using var noGrad = no_grad();
        using var blank = new AutoencoderKL(config);
        var weights = blank.state_dict().Select(entry => (entry.Key, entry.Value.zero_()));
        SafeTensorsWriter.Write(Path.Combine(folder, "diffusion_pytorch_model.safetensors"), weights);
    }
}
