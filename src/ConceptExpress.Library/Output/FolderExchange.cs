namespace ConceptExpress.Library.Output;

/// <summary>Moves earlier results out of a folder and new results in, file by file. If a move fails, all moves are undone.</summary>
/// <param name="folder">The folder of the results.</param>
/// <param name="old">The folder that earlier results are moved to, on the same disk.</param>
sealed class FolderExchange(string folder, string old)
{
    readonly Stack<Action> undo = new();

    /// <summary>Exchanges the files.</summary>
    /// <param name="earlier">The files to move out, as paths relative to the folder.</param>
    /// <param name="fresh">The folder with the new files.</param>
    /// <exception cref="IOException">A file could not be moved. All files are where they were before.</exception>
    /// <exception cref="NotRestoredException">A file could not be moved, and the moves before it could not all be undone.</exception>
    public void Run(IReadOnlyList<string> earlier, string fresh)
    {
        try
        {
            // The file that identifies results (concepts.json) is first in both lists. It is moved out last and in first, so that
            // every result that a killed exchange leaves behind can still be recognized.
            for (var i = earlier.Count - 1; i >= 0; i--) Move(Path.Combine(folder, earlier[i]), Path.Combine(old, earlier[i]));
            foreach (var file in Directory.GetFiles(fresh, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                Move(file, Path.Combine(folder, Path.GetRelativePath(fresh, file)));
        }
        catch
        {
            Undo();
            throw;
        }
        foreach (var left in earlier.Select(file => Path.GetDirectoryName(Path.Combine(folder, file))!).Distinct())
            if (left != folder && IsEmpty(left)) Directory.Delete(left);
    }

    void Move(string from, string to)
    {
        Make(Path.GetDirectoryName(to)!);
        File.Move(from, to);
        undo.Push(() => File.Move(to, from));
    }

    void Make(string parent)
    {
        if (Directory.Exists(parent)) return;
        Make(Path.GetDirectoryName(parent)!);
        Directory.CreateDirectory(parent);
        undo.Push(() =>
        {
            if (IsEmpty(parent)) Directory.Delete(parent);
        });
    }

    void Undo()
    {
        var failed = false;
        while (undo.TryPop(out var step))
        {
            try
            {
                step();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failed = true;
            }
        }
        if (failed) throw new NotRestoredException();
    }

    static bool IsEmpty(string path) => !Directory.EnumerateFileSystemEntries(path).Any();
}

/// <summary>Earlier results could not be moved back after an error.</summary>
sealed class NotRestoredException : Exception;
