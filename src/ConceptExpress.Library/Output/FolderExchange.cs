namespace ConceptExpress.Library.Output;

/// <summary>Moves earlier results out of a folder and new ones in, file by file; everything is as it was where a move fails.</summary>
/// <param name="folder">The folder.</param>
/// <param name="old">Where earlier results go, on the same disk.</param>
sealed class FolderExchange(string folder, string old)
{
    readonly Stack<Action> undo = new();

    /// <summary>Exchanges the files.</summary>
    /// <param name="earlier">Files of the folder that go, relative to it.</param>
    /// <param name="fresh">The folder of what comes.</param>
    /// <exception cref="IOException">A file could not be moved; all are where they were.</exception>
    /// <exception cref="NotRestoredException">A file could be moved neither there nor back.</exception>
    public void Run(IReadOnlyList<string> earlier, string fresh)
    {
        try
        {
            // What tells which files are results comes first: it goes last and comes first, so that a killed exchange leaves nothing that is not known.
            foreach (var file in earlier.Reverse()) Move(Path.Combine(folder, file), Path.Combine(old, file));
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

/// <summary>Earlier results could not be put back.</summary>
sealed class NotRestoredException : Exception;
