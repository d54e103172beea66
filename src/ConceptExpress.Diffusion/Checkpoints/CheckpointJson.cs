using System.Text;
using System.Text.Json;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Reads the JSON and text files of a checkpoint folder, up to a maximum size.</summary>
static class CheckpointJson
{
    /// <summary>Maximum size of a file in bytes; more than any configuration, vocabulary or index in use.</summary>
    const long MaxBytes = 100_000_000;

    static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads and parses a JSON file, as Python and people write it: <see cref="PythonJson"/>, trailing commas.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, too long, not UTF-8 or not JSON.</exception>
    public static JsonDocument Read(string path)
    {
        var text = PythonJson.Standard(ReadText(path));
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(text, Options);
            if (text.Contains("\\ud", StringComparison.OrdinalIgnoreCase)) RequireUnicode(json.RootElement);
            return json;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            json?.Dispose();
            throw Malformed(path,
                e is JsonException wrong ? $"it is not JSON (line {wrong.LineNumber + 1})" : "it holds text that is not Unicode", e);
        }
    }

    // An escaped half of a character is found only where it is read.
    static void RequireUnicode(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) _ = json.GetString();
        if (json.ValueKind == JsonValueKind.Array)
            foreach (var item in json.EnumerateArray()) RequireUnicode(item);
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var field in json.EnumerateObject())
            {
                _ = field.Name;
                RequireUnicode(field.Value);
            }
    }

    /// <summary>Reads a whole UTF-8 text file.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, too long or not UTF-8.</exception>
    public static string ReadText(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MaxBytes) throw Malformed(path, $"it has {file.Length} bytes, more than the {MaxBytes} allowed");
            using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            var text = reader.ReadToEnd();
            var start = Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, WrongContent.Length)]);
            return WrongContent.Of(start) is { } wrong ? throw new CheckpointException($"{path} {wrong}.") : text;
        }
        catch (DecoderFallbackException e)
        {
            throw Malformed(path, "it is not UTF-8 text", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CheckpointException.Absent(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.Unreadable(path, e);
        }
    }

    /// <summary>Returns the exception for a file with wrong contents.</summary>
    public static CheckpointException Malformed(string path, string problem, Exception? inner = null) =>
        new($"{path} is malformed: {problem}; download the checkpoint's file again.", inner);
}
