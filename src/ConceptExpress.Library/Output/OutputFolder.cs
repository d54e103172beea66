namespace ConceptExpress.Library.Output;

/// <summary>
/// A folder of results that appears whole or not at all. Everything is written into a hidden folder on the same disk and moved into place at the
/// end, so that neither a failure nor a cancellation leaves anything behind.
/// </summary>
public static class OutputFolder
{
    /// <summary>Whether <see cref="Write"/> could write there, found out before the long work: the folder is tried, and left as it was.</summary>
    /// <param name="path">The folder, which need not exist.</param>
    /// <param name="replace">Whether results that are there already may be replaced.</param>
    /// <exception cref="OutputOccupiedException">The folder is not empty and may not be replaced.</exception>
    /// <exception cref="OutputException">The path is a file, lies below one, or cannot be written.</exception>
    public static void Check(string path, bool replace)
    {
        var folder = Path.GetFullPath(path);
        RefuseFiles(path, folder);
        Guarded(path, () =>
        {
            if (!replace && IsOccupied(folder))
                throw new OutputOccupiedException($"{path} is not empty; choose another output folder, or replace its results with --force.");
            Directory.Delete(Directory.CreateDirectory(Path.Combine(NearestExisting(folder), HiddenName())).FullName);
        });
    }

    /// <summary>Makes the folder with what <paramref name="fill"/> writes.</summary>
    /// <param name="path">The folder, which need not exist.</param>
    /// <param name="replace">Whether results that are there already may be replaced; other things in the folder stay.</param>
    /// <param name="fill">Gets an empty folder to write into.</param>
    /// <exception cref="OutputException">As <see cref="Check"/>, or the disk is full.</exception>
    public static void Write(string path, bool replace, Action<string> fill)
    {
        Check(path, replace);
        var folder = Path.GetFullPath(path);
        Guarded(path, () =>
        {
            if (Directory.Exists(folder)) FillExisting(folder, fill);
            else FillNew(folder, fill);
        });
    }

    static void FillNew(string folder, Action<string> fill)
    {
        var ancestor = NearestExisting(folder);
        var parent = Path.GetDirectoryName(folder)!;
        var staging = Path.Combine(parent, HiddenName());
        try
        {
            Directory.CreateDirectory(staging);
            fill(staging);
            Directory.Move(staging, folder);
        }
        catch
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
            for (var made = parent; made.Length > ancestor.Length && Directory.Exists(made); made = Path.GetDirectoryName(made)!) Directory.Delete(made);
            throw;
        }
    }

    /// <summary>Works inside the folder, which may be a mounted disk that can be neither moved nor replaced.</summary>
    static void FillExisting(string folder, Action<string> fill)
    {
        var staging = Directory.CreateDirectory(Path.Combine(folder, HiddenName())).FullName;
        try
        {
            var (fresh, old) = (Path.Combine(staging, "new"), Path.Combine(staging, "old"));
            fill(Directory.CreateDirectory(fresh).FullName);
            Directory.CreateDirectory(old);
            Exchange(folder, fresh, old);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Moves earlier results away and new ones in; undoes what it did when a move fails.</summary>
    static void Exchange(string folder, string fresh, string old)
    {
        var undo = new Stack<(string From, string To)>();
        void MoveEntry(string from, string to)
        {
            Directory.Move(from, to);
            undo.Push((to, from));
        }
        var arriving = Directory.GetFileSystemEntries(fresh).Select(Path.GetFileName).ToHashSet();
        try
        {
            foreach (var entry in Directory.GetFileSystemEntries(folder))
                if (arriving.Contains(Path.GetFileName(entry)) || ResultNames.Holds(Path.GetFileName(entry)))
                    MoveEntry(entry, Path.Combine(old, Path.GetFileName(entry)));
            foreach (var name in arriving) MoveEntry(Path.Combine(fresh, name!), Path.Combine(folder, name!));
        }
        catch
        {
            while (undo.TryPop(out var move)) Directory.Move(move.From, move.To);
            throw;
        }
    }

    static bool IsOccupied(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();

    static void RefuseFiles(string path, string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (File.Exists(at))
                throw new OutputException(at == folder
                    ? $"{path} is a file, not a folder; choose another output folder."
                    : $"{path} cannot be made because {at} is a file; choose another output folder.");
    }

    static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    static string HiddenName() => $".conceptexpress-{Guid.NewGuid():N}";

    static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{path} cannot be written ({e.Message.TrimEnd('.')}); check its permissions and the space left, or choose another output folder.", e);
        }
    }
}
