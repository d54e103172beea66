using System.Text.Json;
using System.Text.Unicode;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>The header of a safetensors file, checked in full: whoever holds one may trust every offset and shape in it.</summary>
/// <param name="Entries">The tensors, in the order of their bytes.</param>
/// <param name="Metadata">The free text under <c>__metadata__</c>.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <param name="json">The header's bytes.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="dataStart">Where the tensors' bytes begin in the file.</param>
    /// <param name="dataLength">How many bytes follow the header.</param>
    /// <exception cref="CheckpointException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, string path, long dataStart, long dataLength)
    {
        if (!Utf8.IsValid(json)) throw Refusal(path, "its header is not UTF-8 text");
        if (json.Length == 0 || json[0] != '{') throw Refusal(path, "its header does not begin with '{'");
        try
        {
            return new SafeTensorsHeaderReader(json, path, dataStart, dataLength).Read();
        }
        catch (JsonException e)
        {
            throw Refusal(path, "its header is not a JSON object", e);
        }
        catch (InvalidOperationException e) // half of a surrogate pair, escaped
        {
            throw Refusal(path, "its header holds text that is not Unicode", e);
        }
    }

    public static CheckpointException Refusal(string path, string problem, Exception? inner = null) =>
        new($"{path} is not a usable safetensors file: {problem}; download or export it again.", inner);
}
