using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests;

/// <summary>The golden suite's small checkpoints, part by part.</summary>
static class GoldenCheckpoint
{
    /// <summary>Both styles: Stable Diffusion 1.x and 2.x.</summary>
    public static TheoryData<string> Names => [.. TestFolders.GoldenCheckpoints];

    public static UNet2DConditionModel Unet(string name) =>
        Filled(folder => new UNet2DConditionModel(ConfigCheck.Read<UnetConfig>(folder).Validated(folder)), name, "unet");

    public static AutoencoderKL Vae(string name) =>
        Filled(folder => new AutoencoderKL(ConfigCheck.Read<VaeConfig>(folder).Validated(folder)), name, "vae");

    public static ClipTextModel TextEncoder(string name) =>
        Filled(folder => new ClipTextModel(ConfigCheck.Read<ClipTextConfig>(folder).Validated(folder)), name, "text_encoder");

    static T Filled<T>(Func<string, T> create, string name, string part) where T : nn.Module
    {
        var folder = TestFolders.Golden($"{name}/{part}", committed: part != "vae");
        var module = create(Path.Combine(folder, "config.json"));
        using var weights = WeightFiles.Open(folder);
        StrictLoader.Load(module, weights, part, WeightNames.FromOldVaeAttention, WeightNames.IsPositionIds);
        return module;
    }
}
