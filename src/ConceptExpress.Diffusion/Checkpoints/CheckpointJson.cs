using System.Text;
using System.Text.Json;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Reads the JSON files of a checkpoint folder, of limited size, and tells what is wrong with one.</summary>
internal static class CheckpointJson
{
    /// <summary>Longer than any configuration, vocabulary or index in use, in bytes.</summary>
    const long MaxBytes = 100_000_000;

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

    /// <summary>A whole text file of the checkpoint.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, too long or not UTF-8.</exception>
    public static string ReadText(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MaxBytes) throw Malformed(path, $"it has {file.Length} bytes, more than the {MaxBytes} expected");
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

    public static CheckpointException Malformed(string path, string problem, Exception? inner = null) =>
        new($"{path} is malformed: {problem}; download the checkpoint's file again.", inner);
}
