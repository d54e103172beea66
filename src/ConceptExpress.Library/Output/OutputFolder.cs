namespace ConceptExpress.Library.Output;

/// <summary>
/// A folder of results that appears whole or not at all. Everything is written into a hidden folder on the same disk and moved into place at the
/// end, so that neither a failure nor a cancellation leaves anything behind. Only results of the same command are ever replaced.
/// </summary>
/// <param name="path">The folder, which need not exist.</param>
/// <param name="kind">What is written.</param>
/// <param name="replace">Whether results that the same command wrote earlier may be replaced; other things in the folder stay.</param>
public sealed class OutputFolder(string path, OutputKind kind, bool replace)
{
    const string HiddenPrefix = ".conceptexpress-";

    readonly string folder = Real(path);

    /// <summary>The folder, as a full path.</summary>
    public string Path => folder;

    /// <summary>Whether <see cref="Write"/> could write there, found out before the long work: the folder is tried, and left as it was.</summary>
    /// <param name="inputs">Files and folders that the command reads, which must not lie in the folder; null ones are passed over.</param>
    /// <exception cref="OutputOccupiedException">The folder holds an input, or something that may not be replaced.</exception>
    /// <exception cref="OutputException">The path is a file, lies below one, or cannot be written.</exception>
    public void Check(params IEnumerable<string?> inputs)
    {
        RefuseFiles();
        Guarded(path, () =>
        {
            if (Directory.Exists(folder) && inputs.OfType<string>().FirstOrDefault(input => RealPath.IsWithin(RealPath.Of(input), folder)) is { } inside)
                throw new OutputOccupiedException($"{path} {(RealPath.Of(inside) == folder ? "is" : $"holds {inside}, which is")} an input of this command; choose another output folder.");
            RefuseOccupied();
            TryToWrite();
        });
    }

    /// <summary>Whether a folder that grows result by result, and that later runs go on with, could be written.</summary>
    /// <param name="path">The folder, which need not exist.</param>
    /// <param name="inputs">Files and folders that the command reads, which must not lie in the folder.</param>
    /// <exception cref="OutputOccupiedException">The folder holds an input.</exception>
    /// <exception cref="OutputException">The path is a file, lies below one, or cannot be written.</exception>
    public static void CheckGrowing(string path, params IEnumerable<string?> inputs) =>
        new OutputFolder(path, new OutputKind("", new("(?!)"), _ => []), replace: true).Check(inputs);

    /// <summary>Deletes what a killed run left of its writing, in a folder that one goes on with.</summary>
    public void Sweep() => Guarded(path, () =>
    {
        foreach (var left in Directory.EnumerateDirectories(folder, HiddenPrefix + "*")) Directory.Delete(left, recursive: true);
    });

    /// <summary>Makes the folder with what <paramref name="fill"/> writes.</summary>
    /// <param name="fill">Gets an empty folder to write into.</param>
    /// <exception cref="OutputException">As <see cref="Check"/>, or the disk is full.</exception>
    public void Write(Action<string> fill)
    {
        Check();
        Guarded(path, () =>
        {
            if (Directory.Exists(folder)) FillExisting(fill);
            else FillNew(fill);
        });
    }

    /// <param name="staging">A folder in it that is ours.</param>
    void RefuseOccupied(string? staging = null)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).All(entry => entry == staging || System.IO.Path.GetFileName(entry) == kind.Hidden)) return;
        if (!replace) throw new OutputOccupiedException($"{path} is not empty; choose another output folder.", replaceable: true);
        if (kind.ForeignIn(folder) is { } foreign)
            throw new OutputOccupiedException($"{path} holds {foreign}, which {kind.Command} did not write and would replace; choose another output folder.");
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
            for (var made = parent; made.Length > ancestor.Length && IsEmpty(made); made = System.IO.Path.GetDirectoryName(made)!) Directory.Delete(made);
            throw;
        }
    }

    /// <summary>Works inside the folder, which may be a mounted disk that can be neither moved nor replaced.</summary>
    void FillExisting(Action<string> fill)
    {
        var staging = Directory.CreateDirectory(System.IO.Path.Combine(folder, HiddenName())).FullName;
        var (fresh, old) = (System.IO.Path.Combine(staging, "new"), System.IO.Path.Combine(staging, "old"));
        try
        {
            fill(Directory.CreateDirectory(fresh).FullName);
            RefuseOccupied(staging); // by what came there meanwhile
            new FolderExchange(folder, old).Run(kind.ResultsIn(folder), fresh);
        }
        catch (NotRestoredException)
        {
            throw new OutputException($"{path} could not be restored after an error; the earlier results that are missing there are in {old}.");
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
                    : $"{path} cannot be made because {at} is a file; choose another output folder.");
    }

    // Folders of earlier results are tried, too: one that forbids writing would be met only after the work.
    void TryToWrite()
    {
        IEnumerable<string> places = Directory.Exists(folder)
            ? kind.ResultsIn(folder).Select(file => System.IO.Path.GetDirectoryName(System.IO.Path.Combine(folder, file))!).Prepend(folder)
            : [NearestExisting(folder)];
        foreach (var place in places.Distinct()) Directory.Delete(Directory.CreateDirectory(System.IO.Path.Combine(place, HiddenName())).FullName);
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
            throw new OutputException($"'{path}' is no output folder ({e.Message.TrimEnd('.')}); choose another one.", e);
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
            throw new OutputException($"{path} cannot be written ({e.Message.TrimEnd('.')}); check its permissions and the space left, or choose another output folder.", e);
        }
    }
}
