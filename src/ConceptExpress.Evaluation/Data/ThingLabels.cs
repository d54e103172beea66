using System.Text.Json;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// Reads the labels of a folder's things from <c>scene.json</c>: a JSON object whose first list of objects has one object per mask, with
/// words such as <c>"category": "duck"</c>. The name of the list does not matter.
/// </summary>
static class ThingLabels
{
    public const string FileName = "scene.json";

    /// <summary>The property that says how a prompt names the thing, such as "a red ball".</summary>
    public const string Phrase = "phrase";

    /// <summary>The words of every thing, by property; null if the folder has no labels.</summary>
    /// <exception cref="DataSetException">The file is not valid JSON, or cannot be read.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), LibraryJson.Documents);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var lists = json.RootElement.EnumerateObject().Select(field => field.Value).Where(IsListOfObjects);
            return lists.Select(list => list.EnumerateArray().Select(Words).ToList()).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check its permissions.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is not Unicode
        {
            throw new DataSetException($"{path} is not valid JSON; fix it or remove the folder.", e);
        }
    }

    static bool IsListOfObjects(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object);

    static IReadOnlyDictionary<string, string> Words(JsonElement thing)
    {
        var words = new Dictionary<string, string>();
        foreach (var field in thing.EnumerateObject())
            if (field.Value.ValueKind == JsonValueKind.String) words[field.Name] = field.Value.GetString()!;
        return words;
    }
}
