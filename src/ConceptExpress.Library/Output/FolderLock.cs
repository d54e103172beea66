namespace ConceptExpress.Library.Output;

/// <summary>Keeps a second run out of a folder that a run goes on writing to. The system lets go of it when a run ends, however it ends.</summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>The file that is held open; one that is left over locks nothing.</summary>
    public const string FileName = ".lock";

    readonly FileStream file;

    FolderLock(FileStream file) => this.file = file;

    /// <summary>Locks a folder, which is made where it is missing.</summary>
    /// <exception cref="OutputOccupiedException">Another run has it.</exception>
    /// <exception cref="OutputException">The folder cannot be made or written.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(Path.Combine(folder, FileName)))
        {
            throw new OutputOccupiedException($"{folder} is being written by another run; wait until it ends, or choose another output folder.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{folder} cannot be written ({e.Message.TrimEnd('.')}); choose another output folder.", e);
        }
    }

    public void Dispose() => file.Dispose();
}
