using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Stores finished items in the output folder. Each has a folder <c>items/KEY/</c>, which is created atomically and also holds what viewers
/// saw in its pictures. A finished item is never computed again; unfinished leftovers of a killed run are deleted.
/// </summary>
sealed class ItemStore
{
    const string RecordFile = "item.json", Unfinished = ".unfinished-";

    readonly string root;

    public ItemStore(string output)
    {
        root = Directory.CreateDirectory(Path.Combine(output, ItemFiles.Items)).FullName;
        foreach (var left in Directory.GetDirectories(root, $"{Unfinished}*")) Directory.Delete(left, recursive: true);
        foreach (var left in Directory.GetFiles(root, $"*{WholeFile.Unfinished}", SearchOption.AllDirectories)) File.Delete(left);
    }

    public bool Has(string key) => Has(key, RecordFile);

    public bool Has(string key, string file) => File.Exists(PathOf(key, file));

    /// <summary>Reads the record of a finished item.</summary>
    /// <exception cref="StateException">The file is damaged or cannot be read.</exception>
    public ItemRecord Read(string key)
    {
        try
        {
            return LibraryJson.Read<ItemRecord>(Read(key, RecordFile), LibraryJson.Indented) is { IsSound: true } record
                ? record
                : throw Damaged(key, RecordFile);
        }
        catch (JsonException e)
        {
            throw Damaged(key, RecordFile, e);
        }
    }

    /// <summary>Reads a JSON file of an item.</summary>
    /// <exception cref="StateException">The file is damaged or cannot be read.</exception>
    public JsonNode Read(string key, string file)
    {
        try
        {
            return LibraryJson.Parse(File.ReadAllText(PathOf(key, file))) ?? throw Damaged(key, file);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(key, file, e);
        }
    }

    // Items are written whole or not at all, so somebody has changed it.
    StateException Damaged(string key, string file, Exception? cause = null) =>
        new($"{PathOf(key, file)} is damaged; delete its folder, so that this item is computed again.", cause);

    /// <summary>The path of a file in an item's folder.</summary>
    public string PathOf(string key, string file) => Path.Combine(root, key, file);

    /// <summary>Adds a JSON file to an item. The file is written atomically.</summary>
    public void Add<T>(string key, string file, T value) =>
        WholeFile.Write(PathOf(key, file), JsonSerializer.Serialize(value, LibraryJson.Indented) + "\n");

    /// <summary>Computes an item and stores it. If <paramref name="make"/> fails, nothing is stored.</summary>
    /// <param name="key">The item's key.</param>
    /// <param name="make">Computes the item: receives an empty folder for pictures and returns the record.</param>
    public void Make(string key, Func<string, ItemRecord> make)
    {
        var staging = Directory.CreateDirectory(Path.Combine(root, $"{Unfinished}{key}")).FullName;
        try
        {
            LibraryJson.Write(Path.Combine(staging, RecordFile), make(staging));
            Directory.Move(staging, Path.Combine(root, key));
        }
        catch
        {
            Directory.Delete(staging, recursive: true);
            throw;
        }
    }
}
