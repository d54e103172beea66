using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>Rewrites a checkpoint's folder as a single file with the original names, and back.</summary>
sealed class SingleFileWriter
{
    const string UnetPrefix = "model.diffusion_model.", VaePrefix = "first_stage_model.";
    const string FirstText = "cond_stage_model.transformer.", SecondText = "cond_stage_model.model.";

    readonly string folder;
    readonly bool second;
    readonly NameTable unet, vae, openClip;

    public SingleFileWriter(string folder)
    {
        this.folder = folder;
        UnetConfig = ConfigCheck.Read<UnetConfig>(Path.Combine(folder, "unet", "config.json"));
        VaeConfig = ConfigCheck.Read<VaeConfig>(Path.Combine(folder, "vae", "config.json"));
        TextConfig = ConfigCheck.Read<ClipTextConfig>(Path.Combine(folder, "text_encoder", "config.json"));
        second = UnetConfig.UseLinearProjection;
        unet = UnetNames.Of(UnetConfig);
        vae = VaeNames.Of(VaeConfig.BlockOutChannels.Length, VaeConfig.LayersPerBlock);
        openClip = TextNames.OpenClip(TextConfig.Layers);
    }

    public UnetConfig UnetConfig { get; }
    public VaeConfig VaeConfig { get; }
    public ClipTextConfig TextConfig { get; }

    /// <summary>What the shapes of this checkpoint do not tell.</summary>
    public UnstoredSizes Sizes => new()
    {
        UnetNormGroups = UnetConfig.NormNumGroups,
        UnetHeads = UnetConfig.AttentionHeads,
        VaeNormGroups = VaeConfig.NormNumGroups,
        TextHeads = TextConfig.Heads,
    };

    /// <summary>A part's tensors by diffusers' present names, without the list of positions.</summary>
    public Dictionary<string, Tensor> Part(string part)
    {
        using var weights = WeightFiles.Open(Path.Combine(folder, part));
        return weights.Names.Where(name => !WeightNames.IsPositionIds(name))
            .ToDictionary(name => part == "vae" ? WeightNames.FromOldVaeAttention(name) : name, weights.Read);
    }

    /// <summary>The autoencoder with the original names, after a prefix.</summary>
    public Dictionary<string, Tensor> Vae(string prefix = VaePrefix) => Part("vae").ToDictionary(
        pair => prefix + vae.ToOriginal(pair.Key),
        pair => pair.Key.Contains(".attentions.") && pair.Value.dim() == 2 ? pair.Value.unsqueeze(2).unsqueeze(3) : pair.Value);

    /// <summary>All tensors of the single file, also some that such files hold beside the checkpoint.</summary>
    public Dictionary<string, Tensor> Tensors(bool hasTextModel = true)
    {
        var tensors = Part("unet").ToDictionary(pair => UnetPrefix + unet.ToOriginal(pair.Key), pair => pair.Value);
        foreach (var (name, tensor) in Vae().Concat(second ? OpenClip() : Transformers(hasTextModel))) tensors.Add(name, tensor);
        (tensors["betas"], tensors["alphas_cumprod"]) = (linspace(0.1, 0.2, 1000), linspace(1, 0, 1000));
        tensors["model_ema.diffusion_modelinput_blocks00weight"] = zeros(1);
        tensors["first_stage_model.loss.logvar"] = tensor(0f);
        return tensors;
    }

    /// <summary>Writes the single file.</summary>
    public static void Write(string path, Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null) =>
        SafeTensorsWriter.Write(path, tensors.Select(pair => (pair.Key, pair.Value)), metadata);

    /// <summary>Reads a single file's parts back, under diffusers' names.</summary>
    public Dictionary<string, Dictionary<string, Tensor>> Back(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        using var thirds = new ThirdsSource(file, name => name.Contains(".attn.in_proj_"));
        Dictionary<string, Tensor> Below(string prefix, Func<string, string?> rename) =>
            thirds.Names.Where(name => name.StartsWith(prefix)).Select(name => (Name: name, Ours: rename(name[prefix.Length..])))
                .Where(pair => pair.Ours is not null).ToDictionary(pair => pair.Ours!, pair => thirds.Read(pair.Name));
        return new()
        {
            ["unet"] = Below(UnetPrefix, unet.ToDiffusers),
            ["vae"] = Below(VaePrefix, vae.ToDiffusers).ToDictionary(pair => pair.Key,
                pair => pair.Key.Contains(".attentions.") && pair.Value.dim() == 4 ? pair.Value.flatten(1) : pair.Value),
            ["text_encoder"] = second
                ? Below(SecondText, openClip.ToDiffusers)
                : Below(FirstText + "text_model.", name => name.Contains("position_ids") ? null : TextNames.Transformers.ToDiffusers(name)),
        };
    }

    Dictionary<string, Tensor> Transformers(bool hasTextModel)
    {
        var prefix = FirstText + (hasTextModel ? "text_model." : "");
        var tensors = Part("text_encoder").ToDictionary(pair => prefix + TextNames.Transformers.ToOriginal(pair.Key), pair => pair.Value);
        tensors[prefix + "embeddings.position_ids"] = arange(TextConfig.Positions).unsqueeze(0);
        return tensors;
    }

    // Queries, keys and values become one tensor again, and a last block follows that nobody uses.
    Dictionary<string, Tensor> OpenClip()
    {
        var tensors = Part("text_encoder").ToDictionary(pair => SecondText + openClip.ToOriginal(pair.Key), pair => pair.Value);
        foreach (var whole in tensors.Keys.Where(name => name.EndsWith("[q]")).Select(name => name[..^"[q]".Length]).ToList())
        {
            tensors[whole] = cat([.. ThirdsSource.Thirds.Select(third => tensors[$"{whole}[{third}]"])]);
            foreach (var third in ThirdsSource.Thirds) tensors.Remove($"{whole}[{third}]");
        }
        var first = SecondText + "transformer.resblocks.0.";
        foreach (var (name, tensor) in tensors.Where(pair => pair.Key.StartsWith(first)).ToList())
            tensors[$"{SecondText}transformer.resblocks.{TextConfig.Layers}.{name[first.Length..]}"] = tensor * 7;
        tensors[SecondText + "text_projection"] = zeros(TextConfig.HiddenSize, TextConfig.HiddenSize);
        tensors[SecondText + "logit_scale"] = tensor(0f);
        return tensors;
    }
}
