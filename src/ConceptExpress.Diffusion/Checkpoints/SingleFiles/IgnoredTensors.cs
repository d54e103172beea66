using System.Globalization;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>Tensors that files hold beside the parts of a checkpoint, by their names, and that are not read.</summary>
static class IgnoredTensors
{
    static readonly HashSet<string> ScheduleBuffers = new(StringComparer.Ordinal)
    {
        "betas", "alphas_cumprod", "alphas_cumprod_prev", "sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod",
        "log_one_minus_alphas_cumprod", "sqrt_recip_alphas_cumprod", "sqrt_recipm1_alphas_cumprod", "posterior_variance",
        "posterior_log_variance_clipped", "posterior_mean_coef1", "posterior_mean_coef2", "logvar", "lvlb_weights", "scale_factor",
    };

    static readonly (string Prefix, string Kind)[] Prefixes =
    [
        ("model_ema.", "a moving average of the weights"), ("first_stage_model.loss.", "training of the autoencoder"),
        ("first_stage_model.model_ema.", "training of the autoencoder"), ("loss.", "training of the autoencoder"),
        ("embedding_manager.", "learned words"), ("lora_", "LoRA layers"), ("cond_stage_model.model.visual.", "other parts of CLIP"),
    ];

    /// <summary>Returns what a tensor belongs to if it is one that is not read, else null.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    public static string? KindOf(string name)
    {
        if (ScheduleBuffers.Contains(name)) return "the noise schedule";
        if (PredictionRule.Marks.Contains(name) || name is "global_step" or "epoch") return "marks";
        foreach (var (prefix, kind) in Prefixes)
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return kind;
        return name.StartsWith("cond_stage_model.", StringComparison.Ordinal) && IsOtherClip(name) ? "other parts of CLIP" : null;
    }

    /// <summary>Returns whether a tensor is one of the OpenCLIP layers that are not used.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="used">Number of layers that are used.</param>
    public static bool IsUnusedLayer(string name, int used) =>
        name.Split('.') is ["cond_stage_model", "model", "transformer", "resblocks", var layer, ..]
        && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= used;

    /// <summary>Returns a sentence that says what of a file is not read; null if nothing.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="kinds">What each tensor that is not read belongs to.</param>
    public static string? Note(string path, IEnumerable<string> kinds)
    {
        string[] counts = [.. kinds.CountBy(kind => kind).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} ({pair.Value} {(pair.Value == 1 ? "tensor" : "tensors")})")];
        return counts.Length == 0 ? null : $"Of {path}, this is not used: {string.Join(", ", counts)}.";
    }

    static bool IsOtherClip(string name) => WeightNames.IsPositionIds(name)
        || name.Split('.').Any(word => word is "text_projection" or "logit_scale" or "attn_mask");
}
