using System.Globalization;
using System.Text;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// The form of torch 1.6 and later: a zip archive with <c>data.pkl</c> (the tree) and <c>data/KEY</c> (the storages) in one folder of any
/// name. Like torch, it does not compare the archive's check sums.
/// </summary>
static class ZipForm
{
    const string Tree = "/data.pkl";
    const int NewestVersion = 10;

    public static PickleContents Read(RangeFile file)
    {
        var zip = ZipDirectory.Read(file);
        var folder = Folder(zip, file.Path);
        CheckVersion(Note(file, zip, $"{folder}/version") ?? Note(file, zip, $"{folder}/.data/version"), file.Path);
        if (Note(file, zip, $"{folder}/byteorder") is { } order and not "little")
            throw PickleRefusal.Of(file.Path, $"its byte order is {Quoted(order)}, but only 'little' is supported");

        var entry = zip.Find(folder + Tree)!;
        var start = zip.Start(entry);
        var cursor = new PickleCursor(file, start, start + entry.Length);
        var storages = new PickleStorages();
        var root = new PickleInterpreter(cursor, storages).Run();
        if (cursor.Remaining > 0) throw PickleRefusal.Of(file.Path, $"{cursor.Remaining} bytes follow the end of its pickle");
        return new PickleContents(root, storages.ByKey.Values.ToDictionary(
            storage => storage, storage => StorageStart(zip, $"{folder}/data/{storage.Key}", storage, file.Path)));
    }

    static string Folder(ZipDirectory zip, string path)
    {
        var trees = zip.Names.Where(name =>
            name.EndsWith(Tree, StringComparison.Ordinal) && name.IndexOf('/') == name.Length - Tree.Length);
        if (trees.Take(2).ToList() is not [var tree])
            throw PickleRefusal.Of(path, "its zip archive does not hold exactly one folder with a file data.pkl");
        var folder = tree[..^Tree.Length];
        return zip.Find($"{folder}/constants.pkl") is null
            ? folder
            : throw PickleRefusal.Of(path, "it is a TorchScript program, not a file of tensors");
    }

    static string? Note(RangeFile file, ZipDirectory zip, string name)
    {
        const int longest = 64;
        if (zip.Find(name) is not { } entry) return null;
        if (entry.Length > longest) throw PickleRefusal.Of(file.Path, $"its entry {Quoted(name)} has {entry.Length} bytes");
        return Encoding.Latin1.GetString(file.Read(zip.Start(entry), (int)entry.Length)).Trim();
    }

    static void CheckVersion(string? version, string path)
    {
        if (version is null) return;
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > NewestVersion)
            throw PickleRefusal.Of(path, $"its version is {Quoted(version)}, but only 1 to {NewestVersion} are known");
    }

    static long StorageStart(ZipDirectory zip, string name, PickleStorage storage, string path)
    {
        if (zip.Find(name) is not { } entry) throw PickleRefusal.Of(path, $"it lacks the entry {Quoted(name)}");
        return entry.Length == storage.Length
            ? zip.Start(entry)
            : throw PickleRefusal.Of(path, $"its entry {Quoted(name)} has {entry.Length} bytes instead of {storage.Length}");
    }
}
