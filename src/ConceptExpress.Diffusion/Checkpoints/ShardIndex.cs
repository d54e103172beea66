using System.Text.Json;
using static ConceptExpress.Diffusion.Checkpoints.CheckpointException;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>The index beside the shards of a large checkpoint: <c>{"weight_map": {"tensor name": "shard file name"}}</c>.</summary>
static class ShardIndex
{
    /// <summary>Reads an index: tensor names, each with the path of the shard that should hold the tensor. Shards are not opened.</summary>
    /// <exception cref="CheckpointException">The index is unreadable, malformed, or names a file outside its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var folder = Path.GetFullPath(Path.GetDirectoryName(path)!);
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        using var json = CheckpointJson.Read(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("weight_map", out var map) ||
            map.ValueKind != JsonValueKind.Object)
            throw CheckpointJson.Malformed(path, "it has no object 'weight_map'");

        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw CheckpointJson.Malformed(path, $"{Quoted(property.Name)} names no file");
            if (!shards.TryAdd(property.Name, Inside(folder, property.Value.GetString()!, path)))
                throw CheckpointJson.Malformed(path, $"{Quoted(property.Name)} is listed twice");
        }
        return shards;
    }

    // Shards are beside the index. Other paths are refused, because they could point to any file on the machine.
    static string Inside(string folder, string shard, string path)
    {
        var plain = shard.Length > 0 && shard is not ("." or "..") && shard.AsSpan().IndexOfAny("/\\:\0") < 0;
        if (!plain) throw CheckpointJson.Malformed(path, $"the shard {Quoted(shard)} is not a file beside it");
        return Path.Combine(folder, shard);
    }
}
