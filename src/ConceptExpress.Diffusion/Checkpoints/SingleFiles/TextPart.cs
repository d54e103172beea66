using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>The text encoder of a single file.</summary>
/// <param name="Prefix">What the names of its tensors begin with.</param>
/// <param name="Part">Its tensors.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Table">Its names.</param>
/// <param name="IsUnused">Returns true for names in the file of layers that are not used.</param>
sealed record TextPart(string Prefix, FilePart Part, ClipTextConfig Config, NameTable Table, Func<string, bool> IsUnused)
{
    const string Kind = "text encoder";
    const string Transformers = "cond_stage_model.transformer.", OpenClip = "cond_stage_model.model.";

    // Queries, keys and values together.
    static readonly string[] Joined = [".attn.in_proj_weight", ".attn.in_proj_bias"];

    /// <summary>Finds the text encoder.</summary>
    /// <param name="source">The file.</param>
    /// <param name="sizes">What shapes do not tell.</param>
    /// <param name="isSecond">Whether the UNet is of 2.x.</param>
    /// <exception cref="CheckpointException">There is none, or it is not supported.</exception>
    public static TextPart Of(ITensorSource source, UnstoredSizes sizes, bool isSecond)
    {
        bool Begins(string prefix) => source.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        if (Begins(OpenClip + "transformer.")) return OfOpenClip(source, sizes);
        if (!Begins(Transformers))
            throw new CheckpointException($"{source.Path} holds no text encoder; give the file of the whole checkpoint.");
        var part = FilePart.Below(source, Transformers, Kind, IsIgnored, second: "text_model.");
        var config = TextShapes.InferTransformers(part, sizes, isSecond).Validated(source.Path);
        return new TextPart(Transformers, part, config, TextNames.Transformers, _ => false);
    }

    static TextPart OfOpenClip(ITensorSource source, UnstoredSizes sizes)
    {
        bool IsSplit(string name) => name.StartsWith(OpenClip, StringComparison.Ordinal) && Joined.Any(name.EndsWith);
        var thirds = new ThirdsSource(source, IsSplit);
        var all = FilePart.Below(thirds, OpenClip, Kind, IsIgnored);
        var config = TextShapes.InferOpenClip(all, sizes).Validated(source.Path);
        bool IsUnused(string name) => IgnoredTensors.IsUnusedLayer(name, config.Layers);
        return new TextPart(OpenClip, FilePart.Below(thirds, OpenClip, Kind, name => IsIgnored(name) || IsUnused(name)), config,
            TextNames.OpenClip(config.Layers), IsUnused);
    }

    static bool IsIgnored(string name) => IgnoredTensors.KindOf(name) is not null;
}
