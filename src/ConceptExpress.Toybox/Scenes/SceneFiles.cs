using System.Text.Encodings.Web;
using System.Text.Json;
using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>
/// Reads and writes scene folders: <c>img.png</c>, <c>mask0.png</c>, <c>mask1.png</c>, ... in the order of the toys, and <c>scene.json</c>.
/// </summary>
static class SceneFiles
{
    /// <summary>File name of the picture.</summary>
    public const string Picture = "img.png";
    /// <summary>File name of the description: the caption, the background and the words of the toys.</summary>
    public const string Description = "scene.json";

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    sealed record ToyDescription(string Category, string Color, string Pattern, string? Phrase = null);

    sealed record SceneDescription(string Caption, string Background, IReadOnlyList<ToyDescription> Toys);

    /// <summary>File name of the mask of a toy (0-based).</summary>
    public static string Mask(int toy) => $"mask{toy}.png";

    /// <summary>Folder name of one of <paramref name="count"/> scenes: its 0-based number, with at least three digits.</summary>
    public static string Folder(int index, int count) => index.ToString($"D{Math.Max(3, (count - 1).ToString().Length)}");

    /// <summary>Writes one scene. The same scene gives the same bytes.</summary>
    /// <param name="folder">The folder to write to; created if it does not exist.</param>
    /// <param name="scene">The scene; its words go into <c>scene.json</c>.</param>
    /// <param name="rendered">The drawn scene: its picture and masks.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, Scene scene, RenderedScene rendered)
    {
        Directory.CreateDirectory(folder);
        using (var file = File.Create(Path.Combine(folder, Picture))) PngWriter.Write(file, rendered.Picture);
        for (var i = 0; i < rendered.Masks.Count; i++)
        {
            using var file = File.Create(Path.Combine(folder, Mask(i)));
            PngWriter.Write(file, rendered.Masks[i]);
        }
        var description = new SceneDescription(
            scene.Caption, scene.Background,
            [.. scene.Toys.Select(toy => new ToyDescription(toy.Category, toy.Color, toy.Pattern, toy.Phrase))]);
        File.WriteAllText(Path.Combine(folder, Description), JsonSerializer.Serialize(description, Json) + "\n");
    }

    /// <summary>Reads the words of a scene folder's toys, in the order of its masks. Null if the folder has no description.</summary>
    /// <exception cref="InvalidDataException"><c>scene.json</c> does not describe a scene.</exception>
    public static IReadOnlyList<Toy>? ReadToys(string folder)
    {
        var path = Path.Combine(folder, Description);
        if (!File.Exists(path)) return null;
        try
        {
            var description = JsonSerializer.Deserialize<SceneDescription>(File.ReadAllText(path), Json);
            return description?.Toys?.Select(toy => new Toy(toy.Category, toy.Color, toy.Pattern)).ToList();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} does not describe a scene; correct or remove it.", e);
        }
    }
}
