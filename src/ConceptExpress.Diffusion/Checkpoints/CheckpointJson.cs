using System.Text;
using System.Text.Json;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Reads the JSON and text files of a checkpoint folder, up to a maximum size.</summary>
static class CheckpointJson
{
    /// <summary>Maximum size of a file in bytes; more than any configuration, vocabulary or index in use.</summary>
    const long MaxBytes = 100_000_000;

    /// <summary>Reads and parses a JSON file.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, too long, not UTF-8 or not JSON.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(ReadText(path));
        }
        catch (JsonException e)
        {
            throw Malformed(path, $"it is not JSON (line {e.LineNumber + 1})", e);
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
            return reader.ReadToEnd();
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
