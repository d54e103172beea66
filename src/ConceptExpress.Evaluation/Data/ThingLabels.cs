using System.Text.Json;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// What a folder says of its things: <c>scene.json</c>, an object whose first list of objects has one object per mask, with words such as
/// <c>"category": "duck"</c>. What the list is called does not matter.
/// </summary>
static class ThingLabels
{
    public const string FileName = "scene.json";

    /// <summary>Words by what they say, for every thing; null where the folder says nothing.</summary>
    /// <exception cref="DataSetException">The file is no JSON.</exception>
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
        catch (JsonException e)
        {
            throw new DataSetException($"{path} does not describe a scene; correct it or take the folder out.", e);
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
