using System.Text.Json;
using System.Text.Unicode;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>The header of a safetensors file. It is fully checked: every offset and shape in it is valid.</summary>
/// <param name="Entries">The tensors, in the order of their bytes in the file.</param>
/// <param name="Metadata">Keys and free text from <c>__metadata__</c>.</param>
sealed record SafeTensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Maximum length of a header that the format allows, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The one key of a header that is not the name of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="dataStart">Offset of the tensors' bytes in the file.</param>
    /// <param name="dataLength">Number of bytes after the header.</param>
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
        catch (InvalidOperationException e) // an escaped lone surrogate
        {
            throw Refusal(path, "its header holds text that is not Unicode", e);
        }
    }

    /// <summary>Returns the exception for a file that breaks the format.</summary>
    public static CheckpointException Refusal(string path, string problem, Exception? inner = null) =>
        new($"{path} is not a usable safetensors file: {problem}; download or export it again.", inner);
}
