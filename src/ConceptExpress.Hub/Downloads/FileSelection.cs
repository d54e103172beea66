using System.Text.RegularExpressions;
using ConceptExpress.Hub.Client;

namespace ConceptExpress.Hub.Downloads;

/// <summary>Chooses the files of a repository that loading a Stable Diffusion 1.x or 2.x checkpoint needs.</summary>
static partial class FileSelection
{
    const string Index = "model_index.json";
    const string Weights = "(?:diffusion_pytorch_model|model)";

    static readonly string[] WeightParts = ["text_encoder", "unet", "vae"];

    static readonly string[] TokenizerFiles =
        ["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    static readonly string[] OtherFamilies = ["transformer/", "prior/", "text_encoder_2/"];

    // The same weights in another precision are taken unasked, the most precise first, as loading does.
    static readonly string[] Unasked = ["", "fp16", "bf16"];

    /// <summary>
    /// Chooses a folder in the diffusers layout: its configurations, its tokenizer, and one set of weights for each part; or a single file
    /// with the tokenizer of the repository. The model card and the licence come along.
    /// </summary>
    /// <param name="id">The repository, for messages.</param>
    /// <param name="files">Its files.</param>
    /// <param name="variant">The variant of weights to take where there is one, such as <c>fp16</c>; null for the plain ones.</param>
    /// <param name="file">Path of a single file; null for the folder.</param>
    /// <returns>The files in alphabetical order.</returns>
    /// <exception cref="HubException">The repository has no such files, or is a checkpoint of another kind.</exception>
    public static IReadOnlyList<HubFile> Choose(HubId id, IReadOnlyList<HubFile> files, string? variant, string? file)
    {
        IEnumerable<HubFile> chosen = file is null ? Folder(id, files, variant) : Single(id, files, file);
        return [.. chosen.Concat(files.Where(each => IsAboutModel().IsMatch(each.Path))).DistinctBy(each => each.Path)
            .OrderBy(each => each.Path, StringComparer.Ordinal)];
    }

    static IEnumerable<HubFile> Single(HubId id, IReadOnlyList<HubFile> files, string name)
    {
        if (!CheckpointFiles.IsSingleFile(name))
            throw new HubException($"{name} is not a checkpoint that can be read; name a .safetensors or .ckpt file of {id}.");
        var found = files.FirstOrDefault(each => each.Path == name) ?? throw new HubException(
            $"{id} has no file {name}; its single files are {Names(files.Where(each => CheckpointFiles.IsSingleFile(each.Path)
                && !each.Path.Contains('/')))}.");
        return Tokenizer(files).Append(found);
    }

    static IEnumerable<HubFile> Folder(HubId id, IReadOnlyList<HubFile> files, string? variant)
    {
        if (OtherFamilies.FirstOrDefault(part => files.Any(file => file.Path.StartsWith(part, StringComparison.Ordinal))) is { } other)
            throw new HubException($"{id} is not a checkpoint of Stable Diffusion 1.x or 2.x (it has {other}); name one of these.");
        var index = files.FirstOrDefault(file => file.Path == Index) ?? throw new HubException(
            $"{id} has no {Index}, so it is no folder in the diffusers layout; name one of its single files, if it has any: "
            + $"{Names(files.Where(each => CheckpointFiles.IsSingleFile(each.Path)))}.");
        var sets = WeightParts.Select(part => (Part: part, Weights: WeightsOf(id, part, files, variant))).ToList();
        if (variant is not null && sets.All(set => !IsVariant(set.Weights[0].Path, variant)))
            throw new HubException($"{id} has no weights of the variant {variant}; it has {Variants(files)}.");
        return
        [
            index, .. Tokenizer(files), .. Required("scheduler/scheduler_config.json"),
            .. sets.SelectMany(set => Required($"{set.Part}/config.json").Concat(set.Weights)),
        ];

        IEnumerable<HubFile> Required(string path) => [files.FirstOrDefault(file => file.Path == path)
            ?? throw new HubException($"{id} has no {path}, which a checkpoint in the diffusers layout needs; name another one.")];
    }

    static IEnumerable<HubFile> Tokenizer(IReadOnlyList<HubFile> files) =>
        files.Where(file => file.Path.StartsWith("tokenizer/", StringComparison.Ordinal)
            && TokenizerFiles.Contains(file.Path["tokenizer/".Length..]));

    static IReadOnlyList<HubFile> WeightsOf(HubId id, string part, IReadOnlyList<HubFile> files, string? variant)
    {
        foreach (var each in variant is null ? Unasked : [variant, .. Unasked])
            if (SetOf(part, files, each) is [_, ..] found)
                return found;
        var isPickled = files.Any(file => file.Path.StartsWith($"{part}/", StringComparison.Ordinal)
            && Path.GetExtension(file.Path) == ".bin");
        throw new HubException($"{id} has no safetensors weights for {part}"
            + (isPickled ? ", only pickles, which are not read because opening one can run code; name a checkpoint with safetensors."
                : Variants(files) is { Length: > 0 } others ? $"; name one of its variants: {others}." : "; name another checkpoint."));
    }

    // One file, or an index with its shards; the index comes first. Old and new names of variants.
    static IReadOnlyList<HubFile> SetOf(string part, IReadOnlyList<HubFile> files, string variant)
    {
        var (middle, end) = variant.Length == 0 ? ("", "") : ("\\." + Regex.Escape(variant), "\\." + Regex.Escape(variant));
        IReadOnlyList<HubFile> Matching(string pattern) =>
            [.. files.Where(file => Regex.IsMatch(file.Path, $"^{part}/{pattern}\\z", RegexOptions.CultureInvariant))];
        if (Matching($"{Weights}{middle}\\.safetensors") is [var single, ..]) return [single];
        if (Matching($"{Weights}\\.safetensors\\.index{end}\\.json") is not [var index, ..]) return [];
        var shards = Matching($"{Weights}(?:{middle}-[0-9]{{5}}-of-[0-9]{{5}}|-[0-9]{{5}}-of-[0-9]{{5}}{middle})\\.safetensors");
        return shards.Count == 0 ? [] : [index, .. shards];
    }

    static bool IsVariant(string path, string variant) => path.Contains($".{variant}.", StringComparison.Ordinal);

    static string Variants(IEnumerable<HubFile> files) => string.Join(", ", files.Select(file => VariantName().Match(file.Path))
        .Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));

    static string Names(IEnumerable<HubFile> files)
    {
        const int shown = 10;
        var names = files.Select(file => file.Path).Order(StringComparer.Ordinal).ToList();
        return names.Count switch
        {
            0 => "none",
            <= shown => string.Join(", ", names),
            _ => string.Join(", ", names.Take(shown)) + $" and {names.Count - shown} more",
        };
    }

    [GeneratedRegex(@"^(?:README\.md|LICEN[CS]E(?:[._-][A-Za-z0-9._-]{1,40})?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsAboutModel();

    [GeneratedRegex(@"^(?:text_encoder|unet|vae)/(?:diffusion_pytorch_model|model)\.([A-Za-z0-9_]+)\.safetensors\z")]
    private static partial Regex VariantName();
}
