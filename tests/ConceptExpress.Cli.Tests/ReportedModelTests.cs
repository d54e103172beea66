using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Cli.Tests;

/// <summary>
/// Checkpoints that people reported to other programs, through the whole program: they load, or are refused by what they are.
/// </summary>
public sealed class ReportedModelTests : IDisposable
{
    const string Scheduler = "scheduler/scheduler_config.json", Tokenizer = "tokenizer/tokenizer_config.json",
        Unet = "unet/diffusion_pytorch_model.safetensors";

    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    static readonly Dictionary<string, Action<ModelCopy>> Loadable = new()
    {
        ["-Infinity in the scheduler"] = model => model.Edit(Scheduler, ("_class_name", "\"DPMSolverMultistepScheduler\""),
            ("lambda_min_clipped", "-Infinity"), ("solver_order", "2")),
        ["Infinity and NaN in configurations"] = model =>
        {
            model.Edit("unet/config.json", ("conv_in_kernel", "NaN"));
            model.Edit("vae/config.json", ("force_upcast", "[Infinity, -Infinity]"));
            model.Edit("text_encoder/config.json", ("initializer_factor", "Infinity"));
        },
        ["added words that repeat the vocabulary"] = model =>
            model.Edit("tokenizer/added_tokens.json", ("<|endoftext|>", "801"), ("<|startoftext|>", "800")),
        ["an added word that is the first"] = model => model.Edit("tokenizer/added_tokens.json", ("!", "0")),
        ["no added words"] = model => model.Edit("tokenizer/added_tokens.json"),
        ["tokenizer.json alone"] = OneTokenizerFile,
        ["no limit of length, as 10^30"] = model => model.Edit(Tokenizer, ("model_max_length", "1" + new string('0', 30))),
        ["no limit of length, as 1e30"] = model => model.Edit(Tokenizer, ("model_max_length", "1e30")),
        ["no limit of length, as null"] = model => model.Edit(Tokenizer, ("model_max_length", "null")),
        ["no field of length"] = model => model.Edit(Tokenizer, ("model_max_length", null)),
        ["a schedule of 200 steps"] = model => model.Edit(Scheduler, ("num_train_timesteps", "200")),
        ["a schedule of 500 steps"] = model => model.Edit(Scheduler, ("num_train_timesteps", "500")),
        ["a spare variant's link that leads nowhere"] = model =>
            File.CreateSymbolicLink(model.At("unet/diffusion_pytorch_model.fp16.safetensors"), "../../blobs/not-there"),
        ["a link to its own folder"] = model => Directory.CreateSymbolicLink(model.At("unet/here"), "."),
        ["a spare variant"] = model => File.Copy(model.At(Unet), model.At("unet/diffusion_pytorch_model.non_ema.safetensors")),
        ["a text encoder without text_model"] = model =>
            model.Rewrite("text_encoder", (name, tensor) => (name.Replace("text_model.", ""), tensor)),
        ["a spare projection and scale"] = model => model.Rewrite("text_encoder", (name, tensor) => (name, tensor),
            ("text_projection.weight", zeros(128, 128)), ("logit_scale", ones(1))),
        ["old names in the autoencoder"] = model => model.Rewrite("vae", (name, tensor) => (
            name.Replace(".to_q.", ".query.").Replace(".to_k.", ".key.").Replace(".to_v.", ".value.").Replace(".to_out.0.", ".proj_attn."),
            tensor)),
    };

    public static TheoryData<string> LoadableNames => [.. Loadable.Keys];

    [Theory, MemberData(nameof(LoadableNames))]
    public void AModelThatOtherProgramsRead_IsRead(string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && what.Contains("link"), "links need a privilege on Windows");
        var model = ModelCopy.Make(temp["model"]);
        Loadable[what](model);
        var outcome = Localize(model.Folder);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error);
        Assert.NotEmpty(ConceptFolder.ReadManifest(temp["out"]).Concepts);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void FewerTextLayersThanStored_AreTakenWithAWarning(int layers)
    {
        var model = ModelCopy.Make(temp["model"]);
        model.Edit("text_encoder/config.json", ("num_hidden_layers", $"{layers}"));
        var outcome = Localize(model.Folder);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains($"warning: {model.WeightsOf("text_encoder")} holds more layers than the {layers}", outcome.Error);
    }

    const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3438167534\n";
    const string Page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n";

    static readonly Dictionary<string, (Action<ModelCopy> Change, string[] Named)> Refusable = new()
    {
        ["a NaN in the UNet"] = (model => Spoil(model, "unet", float.NaN), ["unet", "conv_in.weight", "not finite"]),
        ["an infinity in the autoencoder"] = (model => Spoil(model, "vae", float.PositiveInfinity), ["vae", "not finite"]),
        ["a NaN in the text encoder"] = (model => Spoil(model, "text_encoder", float.NaN), ["text_encoder", "not finite"]),
        ["flow matching"] = (model => model.Edit(Scheduler, ("_class_name", "\"FlowMatchEulerDiscreteScheduler\""), ("shift", "3.0"),
            ("beta_start", null), ("beta_end", null), ("beta_schedule", null), ("prediction_type", null)), ["flow matching"]),
        ["LCM"] = (model =>
        {
            model.Edit("unet/config.json", ("time_cond_proj_dim", "256"));
            model.Edit(Scheduler, ("_class_name", "\"LCMScheduler\""));
        }, ["LCM"]),
        ["the UNet of an LCM"] = (model => model.Edit("unet/config.json", ("time_cond_proj_dim", "256")), ["LCM"]),
        ["inpainting"] = (model => model.Edit("unet/config.json", ("in_channels", "9")), ["inpainting"]),
        ["instruct-pix2pix"] = (model => model.Edit("unet/config.json", ("in_channels", "8")), ["InstructPix2Pix"]),
        ["depth"] = (model => model.Edit("unet/config.json", ("in_channels", "5")), ["depth"]),
        ["a pointer for weights"] = (model => model.Write(Unet, Pointer), [Unet, "Git-LFS pointer"]),
        ["a pointer for a vocabulary"] = (model => model.Write("tokenizer/vocab.json", Pointer), ["vocab.json", "Git-LFS pointer"]),
        ["a page for weights"] = (model => model.Write(Unet, Page), [Unet, "web page"]),
        ["a page for a configuration"] = (model => model.Write("vae/config.json", Page), ["config.json", "web page"]),
        ["the tokenizer of another text encoder"] = (model =>
        {
            File.Delete(model.At("tokenizer/vocab.json"));
            File.Delete(model.At("tokenizer/merges.txt"));
            model.Write("tokenizer/spiece.model", "\n\u000e\n\u0005<unk>");
        }, ["tokenizer", "T5"]),
        ["weights of other variants only"] = (model => File.Move(model.At(Unet), model.At(Unet).Replace(".safe", ".ema.safe")), ["ema"]),
        ["Stable Diffusion XL"] = (model => Directory.CreateDirectory(model.At("text_encoder_2")), ["Stable Diffusion XL"]),
        ["Stable Diffusion 3"] = (model => Directory.CreateDirectory(model.At("transformer")), ["Stable Diffusion 3"]),
        ["a network that fits no machine"] = (model => model.Edit("unet/config.json", ("block_out_channels", "[65536,65536,65536]")),
            ["network of", "parameters"]),
    };

    public static TheoryData<string> RefusableNames => [.. Refusable.Keys];

    [Theory, MemberData(nameof(RefusableNames))]
    public void AModelThatCannotBeUsed_IsNamed(string what)
    {
        var model = ModelCopy.Make(temp["model"]);
        Refusable[what].Change(model);
        AssertRefused(model.Folder, Refusable[what].Named);
    }

    [Fact]
    public void ARootOfTheHubsCache_IsRead()
    {
        ModelCopy.Make(temp["models--someone--toy/snapshots/abc123"]);
        Directory.CreateDirectory(temp["models--someone--toy/refs"]);
        File.WriteAllText(temp["models--someone--toy/refs/main"], "abc123");
        var outcome = Localize(temp["models--someone--toy"]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
    }

    [Theory]
    [InlineData("model/unet/diffusion_pytorch_model.safetensors", "a UNet alone", "give the folder that holds")]
    [InlineData("model/vae/diffusion_pytorch_model.safetensors", "an autoencoder alone", "give the folder that holds")]
    [InlineData("model/text_encoder/model.safetensors", "a text encoder alone", "give the folder that holds")]
    [InlineData("model/unet", "has no", "folder")]
    [InlineData("someone/toy", "is not on this machine", "conceptexpress models pull someone/toy")]
    [InlineData("no such path", "is neither a folder nor a file", "name a Stable Diffusion checkpoint")]
    public void WhatIsNamedInPlaceOfTheFolder_IsToldWithWhatToName(string path, params string[] named)
    {
        ModelCopy.Make(temp["model"]);
        AssertRefused(path.StartsWith("model", StringComparison.Ordinal) ? temp[path] : path, named);
    }

    [Theory]
    [InlineData("tokenizer/added_tokens.json")]
    [InlineData("tokenizer/vocab.json")]
    public void AWordThatTheTokenizerKnows_IsNotTakenAgain_AndToldSo(string file)
    {
        var model = ModelCopy.Make(temp["model"]);
        model.Edit(file, ("<asset0>", "802"));
        model.Edit("text_encoder/config.json", ("vocab_size", "803"));
        model.Rewrite("text_encoder",
            (name, tensor) => (name, name.EndsWith("token_embedding.weight") ? cat([tensor, tensor[^1].unsqueeze(0)]) : tensor));
        var outcome = Cli.Run("extract", Cli.Sample, "--model", model.Folder, "--preset", "paper", "--steps", "1", "--merge-step", "1",
            "--previews", "0", "--max-concepts", "1", "--resolution", "64", "--threads", "2", "--output", temp["out"]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Equal("<toybox-01-assetb0>", ConceptFolder.ReadManifest(temp["out"]).Concepts.Single().Token);
        Assert.Contains("knows <asset0> or the like already", outcome.Error);
    }

    static void Spoil(ModelCopy model, string part, float value)
    {
        var isFirst = true;
        model.Rewrite(part, (name, tensor) =>
        {
            if (!isFirst || part == "unet" && name != "conv_in.weight" || tensor.dim() < 2) return (name, tensor);
            isFirst = false;
            tensor.view(-1)[0] = value;
            return (name, tensor);
        });
    }

    // As transformers 5 saves it.
    static void OneTokenizerFile(ModelCopy model)
    {
        var vocabulary = JsonNode.Parse(File.ReadAllText(model.At("tokenizer/vocab.json")))!.AsObject();
        var merges = File.ReadAllLines(model.At("tokenizer/merges.txt")).Where(line => line.Length > 0 && !line.StartsWith("#version"))
            .Select(line => line.Split(' '));
        var added = new[] { "<|startoftext|>", "<|endoftext|>" }
            .Select(word => new { id = (int)vocabulary[word]!, content = word, special = true });
        model.Write("tokenizer/tokenizer.json", JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = added,
            model = new { type = "BPE", end_of_word_suffix = "</w>", vocab = vocabulary, merges },
        }));
        foreach (var name in new[] { "vocab.json", "merges.txt", "special_tokens_map.json" }) File.Delete(model.At($"tokenizer/{name}"));
    }

    void AssertRefused(string model, params string[] named)
    {
        var outcome = Localize(model);
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.All(named, name => Assert.Contains(name, outcome.Failures[0]));
        Assert.False(Directory.Exists(temp["out"]));
    }

    Cli.Outcome Localize(string model) =>
        Cli.Run("localize", Cli.Sample, "--model", model, "--resolution", "64", "--threads", "2", "--output", temp["out"]);
}
