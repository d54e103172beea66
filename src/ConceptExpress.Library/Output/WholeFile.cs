namespace ConceptExpress.Library.Output;

/// <summary>Writes files completely or not at all.</summary>
static class WholeFile
{
    /// <summary>The suffix of files that are still being written.</summary>
    public const string Unfinished = ".unfinished";

    /// <summary>
    /// Writes a temporary file beside the target, then moves it over the target. If that fails, the target remains as it was.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var fresh = path + Unfinished;
        var stream = File.Create(fresh);
        try
        {
            using (stream) write(stream);
            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8, in the same way.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    });
}
