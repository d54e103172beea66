using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>The storages that a pickle refers to, by key.</summary>
sealed class PickleStorages
{
    readonly Dictionary<string, PickleStorage> byKey = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, PickleStorage> ByKey => byKey;

    /// <summary>Finds the storage of a persistent id: a tuple ("storage", type, key, device, number of elements).</summary>
    /// <exception cref="CheckpointException">The id has another form, or contradicts an earlier one.</exception>
    public PickleStorage Find(object id, PickleCursor cursor)
    {
        // The legacy form has a sixth element: None, or (before 2018) a part of another storage.
        if (id is not ListNode
            {
                IsTuple: true,
                Items: [PickleText { Value: "storage" }, PickleGlobal { Role: GlobalRole.Storage } type, PickleText { Value: var key },
                    PickleText, PickleInteger { Value: var count }, .. var rest],
            } || rest is not ([] or [PickleNone]))
            throw cursor.Refusal("refers to something that is not a storage of a known type and size");
        if (count < 0 || count * type.ElementBytes > cursor.FileLength)
            throw cursor.Refusal($"claims a storage {Quoted(key)} of {count} elements, which is more than the file holds");

        if (!byKey.TryGetValue(key, out var storage))
            byKey.Add(key, storage = new PickleStorage(type.Type, type.ElementBytes, key, (long)count));
        if (storage.Type != type.Type || storage.Count != count)
            throw cursor.Refusal($"claims another type or size for the storage {Quoted(key)} than before");
        return storage;
    }
}
