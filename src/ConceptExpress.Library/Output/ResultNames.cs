using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Training;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Pages;
using ConceptExpress.Library.States;

namespace ConceptExpress.Library.Output;

/// <summary>The names of result files and folders, and the kinds of results by which each command recognizes its own.</summary>
static partial class ResultNames
{
    public const string Manifest = "concepts.json";
    public const string Overlay = "overlay.png";
    public const string Comparison = "compare.png";
    public const string Masks = "masks";
    public const string Embeddings = "embeddings";
    public const string Previews = "previews";
    public const string Samples = "samples";
    public const string Run = "run.json";
    public const string Metrics = "metrics.csv";
    public const string Chart = "training.png";
    public const string Report = "report.html";
    public const string Grid = "grid.png";
    public const string Board = "tensorboard";

    const int MaxManifestBytes = 16 << 20;

    /// <summary>Returns the path of a word's embedding file, relative to the folder: <c>embeddings/NAME.safetensors</c>.</summary>
    public static string Embedding(string name) => $"{Embeddings}/{name}.safetensors";

    /// <summary>Returns the path of the picture beside it, which some programs show: <c>embeddings/NAME.preview.png</c>.</summary>
    public static string EmbeddingPreview(string name) => $"{Embeddings}/{name}.preview.png";

    /// <summary>Returns the file name of a generated picture, counted from 0: <c>image-000.png</c>.</summary>
    public static string Picture(int index) => $"image-{index:000}.png";

    /// <summary>The event file of a whole learning: <c>tensorboard/events.out.tfevents.0000000000</c>.</summary>
    public static string Events { get; } = $"{Board}/{EventFile.NameOf(0)}";

    /// <summary>Returns the file name of the sample drawn after a number of passes: <c>pass-00010.png</c>.</summary>
    public static string Sample(int pass) => $"pass-{pass:00000}.png";

    /// <summary>The results of <c>extract</c>: concepts with words.</summary>
    public static OutputKind Extraction { get; } = new("extract", ConceptFile(),
        folder => ConceptFiles(folder, manifest => HasWords(manifest) && !IsImport(manifest)))
    {
        Folders = [Masks, Embeddings, Previews, Samples, Board],
        Hidden = StateFolder.Name,
    };

    /// <summary>The results of <c>localize</c>: concepts without words.</summary>
    public static OutputKind Localization { get; } = new("localize", ConceptFile(),
        folder => ConceptFiles(folder, manifest => !HasWords(manifest)))
    { Folders = [Masks, Embeddings, Previews] };

    /// <summary>The results of <c>concepts import</c>: words from embedding files.</summary>
    public static OutputKind Import { get; } = new("concepts import", ImportedFile(),
        folder => [.. ConceptFiles(folder, IsImport).Where(file => ImportedFile().IsMatch(file))])
    { Folders = [Embeddings] };

    /// <summary>The results of <c>generate</c>: pictures.</summary>
    public static OutputKind Generation { get; } = new("generate", GeneratedPicture(), GeneratedFiles);

    /// <summary>
    /// Returns the files that the manifest names, the manifest first, and the fixed files beside it; none if it is not a manifest of the
    /// same command.
    /// </summary>
    static IReadOnlyList<string> ConceptFiles(string folder, Func<JsonObject, bool> isOurs)
    {
        if (ReadManifest(folder) is not { } manifest || !isOurs(manifest)) return [];
        var concepts = (manifest["concepts"] as JsonArray ?? []).OfType<JsonObject>();
        IEnumerable<string?> named =
        [
            Manifest, Overlay, Comparison, Report, Run, Metrics, Chart, Events, Text(manifest["jointPreview"]),
            .. (manifest["samples"] as JsonArray ?? []).Select(Text),
            .. concepts.SelectMany(concept => new[]
            {
                Text(concept["mask"]), Text(concept["embedding"]), Text(concept["name"]) is { } name ? EmbeddingPreview(name) : null,
            }),
            .. concepts.SelectMany(concept => (concept["previews"] as JsonArray ?? []).Select(Text)),
        ];
        return [.. named.OfType<string>().Distinct().Where(file => ConceptFile().IsMatch(file) && IsIn(folder, file)
            && (file != Report || HtmlPage.IsOurs(Path.Combine(folder, file))))];
    }

    // A manifest may be edited or hostile. A file outside the folder, or reached through a link, is not a result.
    static bool IsIn(string folder, string file) =>
        Path.Combine(folder, file) is var path && File.Exists(path)
            && RealPath.Of(path) == Path.GetFullPath(Path.Combine(RealPath.Of(folder), file));

    static bool IsImport(JsonObject manifest) => (manifest["concepts"] as JsonArray ?? []).OfType<JsonObject>()
        .Any(concept => concept["imported"] is not null);

    static bool HasWords(JsonObject manifest) => manifest["learned"] is JsonValue learned && learned.TryGetValue<bool>(out var value)
        ? value
        : (manifest["concepts"] as JsonArray ?? []).OfType<JsonObject>().Any(concept => concept["embedding"] is not null);

    static JsonObject? ReadManifest(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, Manifest));
            return file.Exists && file.Length <= MaxManifestBytes
                && LibraryJson.Parse(File.ReadAllText(file.FullName)) is JsonObject manifest
                && Text(manifest["schema"])?.StartsWith(ConceptManifest.SchemaName, StringComparison.Ordinal) == true ? manifest : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    static IReadOnlyList<string> GeneratedFiles(string folder)
    {
        bool IsOurs(string file)
        {
            try
            {
                return PngText.Read(File.ReadAllBytes(file)).ContainsKey(PictureRecord.JsonKeyword);
            }
            catch (ImageException)
            {
                return false;
            }
        }
        return [.. Directory.GetFiles(folder, "*.png").Where(file => GeneratedPicture().IsMatch(Path.GetFileName(file)) && IsOurs(file))
            .Select(file => Path.GetFileName(file)!)];
    }

    [GeneratedRegex(
        @"^(concepts\.json|(overlay|compare)\.png|report\.html|run\.json|metrics\.csv|training\.png|"
        + @"(masks|previews|samples)/[A-Za-z0-9._-]+\.png|embeddings/[A-Za-z0-9._-]+\.(safetensors|preview\.png)|"
        + @"tensorboard/events\.out\.tfevents\.[0-9]{10})\z")]
    private static partial Regex ConceptFile();

    [GeneratedRegex(@"^(concepts\.json|embeddings/[A-Za-z0-9._-]+\.safetensors)\z")]
    private static partial Regex ImportedFile();

    [GeneratedRegex(@"^(image-[0-9]{3,}|grid)\.png\z")]
    private static partial Regex GeneratedPicture();
}
