using System.Text.Json;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Finished items in the output folder: <c>items/KEY/</c>, which appears whole or not at all, and in it what was seen in its pictures. What
/// is there is never made again; what a killed run left unfinished is swept away.
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

    public ItemRecord Read(string key) => Read<ItemRecord>(key, RecordFile);

    public T Read<T>(string key, string file) => JsonSerializer.Deserialize<T>(File.ReadAllText(PathOf(key, file)), LibraryJson.Indented)!;

    /// <summary>The path of a file of an item.</summary>
    public string PathOf(string key, string file) => Path.Combine(root, key, file);

    /// <summary>Adds a file to an item; it appears whole or not at all.</summary>
    public void Add<T>(string key, string file, T value) =>
        WholeFile.Write(PathOf(key, file), JsonSerializer.Serialize(value, LibraryJson.Indented) + "\n");

    /// <summary>Makes an item's folder.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="make">Gets an empty folder for pictures, and gives the record.</param>
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
