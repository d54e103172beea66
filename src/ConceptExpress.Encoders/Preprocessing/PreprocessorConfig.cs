using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;

namespace ConceptExpress.Encoders.Preprocessing;

/// <summary>
/// The <c>preprocessor_config.json</c> of transformers, in the old form (a size is a number) and the new form (a size names its sides).
/// <see cref="Read"/> reads it, and refuses files whose result is not a square of one fixed size.
/// </summary>
sealed record PreprocessorConfig
{
    const string Kind = "CLIP, DINO or DINOv2";

    // Pillow's numbers of its filters.
    const int Bilinear = 2, Bicubic = 3;

    [JsonPropertyName("image_processor_type")] public string? Processor { get; init; }
    [JsonPropertyName("feature_extractor_type")] public string? FeatureExtractor { get; init; }
    [JsonPropertyName("do_resize")] public bool Resizes { get; init; } = true;
    [JsonPropertyName("do_center_crop")] public bool? Crops { get; init; }
    [JsonPropertyName("do_normalize")] public bool Normalizes { get; init; } = true;
    [JsonPropertyName("do_rescale")] public bool Rescales { get; init; } = true;
    [JsonPropertyName("rescale_factor")] public double RescaleFactor { get; init; } = 1 / 255.0;
    [JsonPropertyName("resample")] public int Resample { get; init; } = Bicubic;
    [JsonPropertyName("size")] public JsonElement Size { get; init; }
    [JsonPropertyName("crop_size")] public JsonElement CropSize { get; init; }
    [JsonPropertyName("image_mean")] public float[]? Mean { get; init; }
    [JsonPropertyName("image_std")] public float[]? Deviation { get; init; }

    // ViT's processor takes a plain number as the size of both sides, and does not crop by default.
    bool IsPlain => (Processor ?? FeatureExtractor ?? "").StartsWith("ViT", StringComparison.Ordinal);

    /// <summary>Reads the preprocessing from a file. The crop is placed as in transformers (<see cref="CropRounding.Down"/>).</summary>
    /// <exception cref="CheckpointException">The file is missing or malformed, or a field has an unsupported value.</exception>
    public static ImagePreprocessing Read(string file) => ConfigCheck.Read<PreprocessorConfig>(file).Checked(file);

    ImagePreprocessing Checked(string file)
    {
        var check = new ConfigCheck(file, Kind);
        check.OneOf("do_resize, do_rescale, do_normalize", $"{Resizes}, {Rescales}, {Normalizes}", "True, True, True");
        check.OneOf("resample", $"{Resample}", $"{Bilinear}", $"{Bicubic}");
        check.OneOf("rescale_factor", Math.Abs(RescaleFactor * 255 - 1) < 1e-6 ? "1/255" : $"{RescaleFactor}", "1/255");
        check.Present(("image_mean", Mean), ("image_std", Deviation));
        check.Length("image_mean", Mean!.Length, 3);
        check.Length("image_std", Deviation!.Length, 3);
        foreach (var deviation in Deviation) check.Positive("image_std", deviation);
        var (rule, size) = SizeIn(check);
        var crop = Crops ?? !IsPlain ? SquareIn(check, "crop_size", CropSize) : size;
        check.Range("size", [size], crop, 1 << 13);
        if (rule == ResizeRule.ShortestEdge) check.OneOf("do_center_crop", Crops ?? !IsPlain ? "true" : "false", "true");
        var filter = Resample == Bilinear ? ResizeFilter.Bilinear : ResizeFilter.Bicubic;
        return new ImagePreprocessing(rule, size, crop, CropRounding.Down, filter, Mean, Deviation);
    }

    (ResizeRule Rule, int Size) SizeIn(ConfigCheck check)
    {
        if (Size.ValueKind == JsonValueKind.Number)
            return (IsPlain ? ResizeRule.Square : ResizeRule.ShortestEdge, Number(check, "size", Size));
        if (Size.ValueKind == JsonValueKind.Object && Size.TryGetProperty("shortest_edge", out var edge))
            return (ResizeRule.ShortestEdge, Number(check, "size.shortest_edge", edge));
        return (ResizeRule.Square, SquareIn(check, "size", Size));
    }

    static int SquareIn(ConfigCheck check, string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return Number(check, field, value);
        int Side(string name) => Number(check, $"{field}.{name}", value.TryGetProperty(name, out var side) ? side : default);
        var (height, width) = (Side("height"), Side("width"));
        check.Range($"{field}.width", [width], height, height);
        return height;
    }

    static int Number(ConfigCheck check, string field, JsonElement value)
    {
        var number = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n) ? n : (int?)null;
        check.OneOf(field, number is null ? value.ValueKind.ToString() : "number", "number");
        check.Range(field, [number!.Value], 1, 1 << 13);
        return number.Value;
    }
}
