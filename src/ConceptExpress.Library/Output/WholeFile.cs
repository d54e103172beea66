namespace ConceptExpress.Library.Output;

/// <summary>A file that is replaced whole or not at all.</summary>
public static class WholeFile
{
    /// <summary>Ends the names of files that are being written.</summary>
    public const string Unfinished = ".unfinished";

    /// <summary>Writes beside the file, then puts it into its place.</summary>
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

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    });
}
