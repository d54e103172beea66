using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Library.Output;

/// <summary>Locks a folder so that no second run writes to it. The OS releases the lock when the process exits, even on a crash.</summary>
sealed class FolderLock : IDisposable
{
    /// <summary>The name of the file that is held open. A file left over from a crash does not lock the folder.</summary>
    public const string FileName = ".lock";

    readonly FileStream file;

    FolderLock(FileStream file) => this.file = file;

    /// <summary>Locks a folder. Creates it if it does not exist.</summary>
    /// <exception cref="OutputOccupiedException">Another run has locked the folder.</exception>
    /// <exception cref="OutputException">The folder cannot be created or written.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderLock(
                new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(Path.Combine(folder, FileName)))
        {
            throw new OutputOccupiedException($"{folder} is in use by another run; wait until it ends, or choose another output folder.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{folder} cannot be written ({e.Message.TrimEnd('.')}); choose another output folder.", e);
        }
    }

    /// <summary>Locks a folder of results, which must exist.</summary>
    /// <exception cref="ConceptFolderException">The folder does not exist.</exception>
    /// <exception cref="OutputOccupiedException">Another run has locked the folder.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public static FolderLock Existing(string folder) => Directory.Exists(folder)
        ? Take(folder)
        : throw new ConceptFolderException($"{folder} does not exist; name a folder of concepts.");

    /// <summary>Releases the lock and deletes its file.</summary>
    public void Dispose() => file.Dispose();
}
