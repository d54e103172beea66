namespace ConceptExpress.Library.Output;

/// <summary>
/// Writes a folder of results completely or not at all. Results are first written to a hidden folder on the same disk, and moved into place
/// at the end, so that a failure or cancellation leaves nothing behind. Replaces only results of the same command.
/// </summary>
/// <param name="path">The path of the folder, which need not exist.</param>
/// <param name="kind">The kind of results.</param>
/// <param name="replace">Whether earlier results of the same command may be replaced. Other files in the folder are kept.</param>
sealed class OutputFolder(string path, OutputKind kind, bool replace)
{
    const string HiddenPrefix = ".conceptexpress-";

    readonly string folder = Real(path);

    /// <summary>The full path of the folder, with links resolved.</summary>
    public string Path => folder;

    /// <summary>
    /// Checks whether <see cref="Write"/> will be able to write, before the long work starts. Tests the folder, and leaves it as it was.
    /// </summary>
    /// <param name="inputs">Files and folders that the command reads, which must not be in the folder. Null entries are ignored.</param>
    /// <exception cref="OutputOccupiedException">The folder contains an input, or something that must not be replaced.</exception>
    /// <exception cref="OutputException">The path is a file, is below a file, or cannot be written.</exception>
    public void Check(params IEnumerable<string?> inputs)
    {
        RefuseFiles();
        Guarded(path, () =>
        {
            if (Directory.Exists(folder) && inputs.OfType<string>()
                .FirstOrDefault(input => RealPath.IsWithin(RealPath.Of(input), folder)) is { } inside)
                throw new OutputOccupiedException(
                    $"{path} {(RealPath.Of(inside) == folder ? "is" : $"contains {inside}, which is")} an input of this command; choose "
                    + "another output folder.");
            RefuseOccupied();
            TryToWrite();
        });
    }

    /// <summary>Checks whether a folder can be written that gets its results one by one, and that later runs continue.</summary>
    /// <param name="path">The path of the folder, which need not exist.</param>
    /// <param name="inputs">Files and folders that the command reads, which must not be in the folder. Null entries are ignored.</param>
    /// <exception cref="OutputOccupiedException">The folder contains an input.</exception>
    /// <exception cref="OutputException">The path is a file, is below a file, or cannot be written.</exception>
    public static void CheckGrowing(string path, params IEnumerable<string?> inputs) =>
        new OutputFolder(path, new OutputKind("", new("(?!)"), _ => []), replace: true).Check(inputs);

    /// <summary>Deletes the hidden folders that a killed run left in this folder. Call it before the folder is continued.</summary>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public void Sweep() => Guarded(path, () =>
    {
        foreach (var left in Directory.EnumerateDirectories(folder, HiddenPrefix + "*")) Directory.Delete(left, recursive: true);
    });

    /// <summary>Creates the folder, or replaces earlier results in it, with the files that <paramref name="fill"/> writes.</summary>
    /// <param name="fill">Writes the results into the empty folder whose path it receives.</param>
    /// <exception cref="OutputException">For the reasons of <see cref="Check"/>, or because the disk is full.</exception>
    public void Write(Action<string> fill)
    {
        Check();
        Guarded(path, () =>
        {
            if (Directory.Exists(folder)) FillExisting(fill);
            else FillNew(fill);
        });
    }

    /// <summary>Throws if the folder has content that must not be replaced.</summary>
    /// <param name="staging">The path of the hidden folder that this write uses, which is ignored; null for none.</param>
    void RefuseOccupied(string? staging = null)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder)
            .All(entry => entry == staging || System.IO.Path.GetFileName(entry) == kind.Hidden)) return;
        if (!replace) throw new OutputOccupiedException($"{path} is not empty; choose another output folder.", replaceable: true);
        if (kind.ForeignIn(folder) is { } foreign)
            throw new OutputOccupiedException(
                $"{path} contains {foreign}, which {kind.Command} would replace but did not write; choose another output folder.");
    }

    void FillNew(Action<string> fill)
    {
        var ancestor = NearestExisting(folder);
        var parent = System.IO.Path.GetDirectoryName(folder)!;
        var staging = System.IO.Path.Combine(parent, HiddenName());
        try
        {
            Directory.CreateDirectory(staging);
            fill(staging);
            Directory.Move(staging, folder);
        }
        catch
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
            for (var made = parent; made.Length > ancestor.Length && IsEmpty(made); made = System.IO.Path.GetDirectoryName(made)!)
                Directory.Delete(made);
            throw;
        }
    }

    /// <summary>Exchanges files inside the existing folder, because it may be a mounted disk, which cannot be moved or replaced.</summary>
    void FillExisting(Action<string> fill)
    {
        var staging = Directory.CreateDirectory(System.IO.Path.Combine(folder, HiddenName())).FullName;
        var (fresh, old) = (System.IO.Path.Combine(staging, "new"), System.IO.Path.Combine(staging, "old"));
        try
        {
            fill(Directory.CreateDirectory(fresh).FullName);
            RefuseOccupied(staging); // checks again, because files may have been added meanwhile
            new FolderExchange(folder, old).Run(kind.ResultsIn(folder), fresh);
        }
        catch (NotRestoredException)
        {
            throw new OutputException(
                $"{path} could not be restored after an error; move the earlier results that are missing there back from {old}.");
        }
        catch
        {
            Directory.Delete(staging, recursive: true);
            throw;
        }
        Directory.Delete(staging, recursive: true);
    }

    void RefuseFiles()
    {
        for (var at = folder; at is not null; at = System.IO.Path.GetDirectoryName(at))
            if (File.Exists(at))
                throw new OutputException(at == folder
                    ? $"{path} is a file, not a folder; choose another output folder."
                    : $"{path} cannot be created because {at} is a file; choose another output folder.");
    }

    // Also tests the folders of earlier results: otherwise a read-only one would be detected only after the work.
    void TryToWrite()
    {
        IEnumerable<string> places = Directory.Exists(folder)
            ? kind.ResultsIn(folder).Select(file => System.IO.Path.GetDirectoryName(System.IO.Path.Combine(folder, file))!).Prepend(folder)
            : [NearestExisting(folder)];
        foreach (var place in places.Distinct())
            Directory.Delete(Directory.CreateDirectory(System.IO.Path.Combine(place, HiddenName())).FullName);
    }

    static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder)) folder = System.IO.Path.GetDirectoryName(folder)!;
        return folder;
    }

    static bool IsEmpty(string folder) => Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any();

    static string Real(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OutputException($"'{path}' cannot be an output folder ({e.Message.TrimEnd('.')}); choose another one.", e);
        }
    }

    static string HiddenName() => $"{HiddenPrefix}{Guid.NewGuid():N}";

    static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"{path} cannot be written ({e.Message.TrimEnd('.')}); check its permissions and the space left, or choose another output "
                + "folder.", e);
        }
    }
}
