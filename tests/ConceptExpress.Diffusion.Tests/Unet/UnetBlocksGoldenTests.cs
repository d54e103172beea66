using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Testing;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Diffusion.Tests.Unet;

// Shapes: B batch, C channels, h x w grid, T time width, M text tokens, E text width

/// <summary>What the UNet's modules give on the way through, so that a wrong prediction is traced to its block.</summary>
public partial class UnetBlocksGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void EveryRecordedModule_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        var folder = TestFolders.Golden($"components/{checkpoint}");
        var files = Directory.GetFiles(folder, "unet_inter_*.safetensors");
        Assert.SkipWhen(files.Length == 0, $"{folder} has no outputs of the UNet's blocks (unet_inter_*.safetensors)");
        using var cases = GoldenFile.Open($"components/{checkpoint}/unet.safetensors");
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            using var golden = GoldenFile.At(file);
            var name = FileName().Match(Path.GetFileName(file));
            Assert.True(name.Success, $"{file} does not tell its latents and its timestep");
            var latents = Rows(cases, golden, $"latents_{name.Groups[1].Value}");
            var timesteps = full(latents.shape[0], long.Parse(name.Groups[2].Value), dtype: int64);
            var actual = Outputs(GoldenCheckpoint.Unet(checkpoint), latents, timesteps, Rows(cases, golden, "cond"));
            scope.Attach(actual.Values);
            Assert.NotEmpty(golden.Keys);
            Assert.Empty(golden.Keys.Except(actual.Keys));
            Assert.All(golden.Keys,
                key => Close.OfDeviation(golden.Stored(key), Close.FirstRows(golden.Stored(key), actual[key]), 1e-4,
                $"{checkpoint} {key}"));
        }
    }

    /// <summary>The rows of a case that the file's note names ("cond[0:1]"); without one the first, as many as the outputs have.</summary>
    static Tensor Rows(GoldenFile cases, GoldenFile golden, string key)
    {
        var named = Regex.Match(golden.Metadata.GetValueOrDefault("note", ""), $@"\b{key}\[(\d+):(\d+)\]");
        var (from, to) = named.Success
            ? (long.Parse(named.Groups[1].Value), long.Parse(named.Groups[2].Value))
            : (0, golden[golden.Keys.First()].shape[0]);
        return cases[key].narrow(0, from, Math.Min(to, cases[key].shape[0]) - from);
    }

    /// <summary>From a module's path to its output: the UNet's stages called in order, the modules inside them listened to.</summary>
    static Dictionary<string, Tensor> Outputs(UNet2DConditionModel unet, Tensor latents, Tensor timesteps, Tensor text)
    {
        var outputs = new Dictionary<string, Tensor>();
        var modules = unet.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        foreach (var (path, module) in modules) Listen(path, module, outputs);
        var time = ((TimeEmbedding)modules["time_embedding"]).Of(timesteps, float32);
        var x = ((Module<Tensor, Tensor>)modules["conv_in"]).call(latents);
        var skips = new Stack<Tensor>([x]);
        foreach (var (path, block) in Stage<DownBlock>(modules)) outputs[path] = x = block.Down(x, time, text, skips);
        outputs["mid_block"] = x = ((MidBlock)modules["mid_block"]).Across(x, time, text);
        foreach (var (path, block) in Stage<UpBlock>(modules)) outputs[path] = x = block.Up(x, time, text, skips);
        Assert.Empty(skips);
        return outputs;
    }

    // In the order of their numbers, which is that of execution.
    static IEnumerable<(string Path, TBlock Block)> Stage<TBlock>(Dictionary<string, Module> modules) where TBlock : Module =>
        modules.Where(entry => entry.Value is TBlock).OrderBy(entry => int.Parse(entry.Key.Split('.')[^1]))
            .Select(entry => (entry.Key, (TBlock)entry.Value));

    static void Listen(string path, Module module, Dictionary<string, Tensor> outputs)
    {
        if (module is Module<Tensor, Tensor> alone) alone.register_forward_hook((_, _, output) => Kept(output));
        if (module is Module<Tensor, Tensor, Tensor> pair) pair.register_forward_hook((_, _, _, output) => Kept(output));
        Tensor Kept(Tensor output)
        {
            outputs[path] = output.clone().DetachFromDisposeScope(); // the scopes of the modules around this one end first
            return output;
        }
    }

    [GeneratedRegex(@"^unet_inter_(\d+|\d+x\d+)_t(\d+)\.safetensors$")]
    private static partial Regex FileName();
}
