using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// The form of torch before 1.6: five pickles (a magic number, a version, facts about the machine, the tree, the keys of storages), then
/// the storages in the order of the keys, each as <c>8 bytes N | N elements</c>.
/// </summary>
static class LegacyForm
{
    const int Version = 1001;

    static readonly BigInteger Magic =
        BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static PickleContents Read(RangeFile file)
    {
        var cursor = new PickleCursor(file, 0, file.Length);
        if (Next(cursor) is not PickleInteger { Value: var magic } || magic != Magic)
            throw PickleRefusal.Of(file.Path, "it is a pickle, but does not begin with torch's magic number");
        if (Next(cursor) is not PickleInteger { Value: var version } || version != Version)
            throw PickleRefusal.Of(file.Path, $"its version is not {Version}");
        if ((Next(cursor) as PickleDict)?["little_endian"] is not PickleBoolean { Value: true })
            throw PickleRefusal.Of(file.Path, "its byte order is not little-endian");
        var storages = new PickleStorages();
        var root = new PickleInterpreter(cursor, storages).Run();
        return new PickleContents(root, Starts(file, cursor, storages.ByKey));
    }

    static PickleValue Next(PickleCursor cursor) => new PickleInterpreter(cursor).Run();

    static Dictionary<PickleStorage, long> Starts(RangeFile file, PickleCursor cursor, IReadOnlyDictionary<string, PickleStorage> storages)
    {
        if (Next(cursor) is not PickleList { Items: var keys }) throw PickleRefusal.Of(file.Path, "it has no list of its storages");
        var starts = new Dictionary<PickleStorage, long>();
        var position = cursor.Position;
        foreach (var key in keys)
        {
            if (key is not PickleText { Value: var text } || !storages.TryGetValue(text, out var storage))
                throw PickleRefusal.Of(file.Path, "it lists a storage that no tensor refers to");
            position = Start(file, position, storage);
            if (!starts.TryAdd(storage, position)) throw PickleRefusal.Of(file.Path, $"it lists the storage {Quoted(text)} twice");
            position += storage.Length;
        }
        if (storages.Values.FirstOrDefault(storage => !starts.ContainsKey(storage)) is { } absent)
            throw PickleRefusal.Of(file.Path, $"it does not list the storage {Quoted(absent.Key)} of a tensor");
        if (position < file.Length) throw PickleRefusal.Of(file.Path, $"{file.Length - position} bytes follow its last storage");
        return starts;
    }

    static long Start(RangeFile file, long position, PickleStorage storage)
    {
        if (file.Length - position < sizeof(long)) throw CutOff(file, storage);
        var count = BinaryPrimitives.ReadInt64LittleEndian(file.Read(position, sizeof(long)));
        if (count != storage.Count)
            throw PickleRefusal.Of(file.Path, $"its storage {Quoted(storage.Key)} has {count} elements instead of {storage.Count}");
        position += sizeof(long);
        return file.Length - position >= storage.Length ? position : throw CutOff(file, storage);
    }

    static CheckpointException CutOff(RangeFile file, PickleStorage storage) =>
        PickleRefusal.Of(file.Path, $"it ends before the end of the storage {Quoted(storage.Key)}, so it is cut off");
}
