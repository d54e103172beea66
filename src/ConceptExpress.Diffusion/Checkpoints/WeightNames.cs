using System.Globalization;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Tensor names that differ between older and newer public checkpoints.</summary>
static class WeightNames
{
    const string TextModel = "text_model.";

    static readonly (string Old, string New)[] VaeAttention =
        [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

    /// <summary>Converts an old name of a tensor in the VAE's attention to the present one. Other names are returned unchanged.</summary>
    public static string FromOldVaeAttention(string name)
    {
        foreach (var (old, present) in VaeAttention)
            if (name.Contains(old, StringComparison.Ordinal)) return name.Replace(old, present, StringComparison.Ordinal);
        return name;
    }

    /// <summary>The inverse of <see cref="FromOldVaeAttention"/>: every version of diffusers reads the old names.</summary>
    public static string ToOldVaeAttention(string name)
    {
        foreach (var (old, present) in VaeAttention)
            if (name.Contains(present, StringComparison.Ordinal)) return name.Replace(present, old, StringComparison.Ordinal);
        return name;
    }

    /// <summary>Gives a tensor of a text encoder the outer name <c>text_model.</c> that some programs leave out.</summary>
    public static string WithTextModel(string name) => name.StartsWith(TextModel, StringComparison.Ordinal) ? name : TextModel + name;

    /// <summary>Returns whether a tensor belongs to CLIP, but not to the text encoder as Stable Diffusion uses it.</summary>
    public static bool IsOtherThanText(string name) => name is "text_projection.weight" or "text_projection" or "logit_scale"
        || name.StartsWith("vision_model.", StringComparison.Ordinal) || name.StartsWith("visual_projection.", StringComparison.Ordinal);

    /// <summary>Returns the number of the layer that a tensor of a text encoder belongs to, counted from 0; -1 for none.</summary>
    public static int LayerOf(string name)
    {
        const string layers = "encoder.layers.";
        var start = name.IndexOf(layers, StringComparison.Ordinal) is var at and >= 0 ? at + layers.Length : name.Length;
        var end = name.IndexOf('.', start);
        return end > start && int.TryParse(name.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? layer
            : -1;
    }

    /// <summary>Returns whether a name is that of the list 0, 1, 2, ..., which older text encoders store beside their weights.</summary>
    public static bool IsPositionIds(string name) => name == "position_ids" || name.EndsWith(".position_ids", StringComparison.Ordinal);
}
