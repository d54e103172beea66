using System.Text.Encodings.Web;
using System.Text.Json;
using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Scenes on disk: <c>img.png</c>, <c>mask0.png</c>, <c>mask1.png</c>, ... in the order of the toys, and
/// <c>scene.json</c>.</summary>
public static class SceneFiles
{
    public const string Picture = "img.png";
    public const string Description = "scene.json";

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    sealed record ToyDescription(string Category, string Color, string Pattern);

    sealed record SceneDescription(string Caption, string Background, IReadOnlyList<ToyDescription> Toys);

    /// <summary>The file of a toy's mask, counted from 0.</summary>
    public static string Mask(int toy) => $"mask{toy}.png";

    /// <summary>The folder of a scene among <paramref name="count"/>: its number, with three digits or as many as all need.</summary>
    public static string Folder(int index, int count) => index.ToString($"D{Math.Max(3, (count - 1).ToString().Length)}");

    /// <summary>Writes one scene; the same scene gives the same bytes.</summary>
    /// <param name="folder">Made if need be.</param>
    /// <param name="scene">What there is.</param>
    /// <param name="rendered">What is seen of it.</param>
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
            scene.Caption, scene.Background, [.. scene.Toys.Select(toy => new ToyDescription(toy.Category, toy.Color, toy.Pattern))]);
        File.WriteAllText(Path.Combine(folder, Description), JsonSerializer.Serialize(description, Json) + "\n");
    }

    /// <summary>The toys of a scene's folder in the order of its masks, with their words only; null where nothing tells them.</summary>
    /// <exception cref="InvalidDataException">The description is no description of a scene.</exception>
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
            throw new InvalidDataException($"{path} does not describe a scene", e);
        }
    }
}
