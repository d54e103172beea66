namespace ConceptExpress.Hub.Cache;

/// <summary>
/// Hugging Face's cache on disk, shared with its own programs. A repository is a folder <c>models--owner--name</c> with <c>blobs</c> (the
/// contents, named by their hashes), <c>snapshots/COMMIT</c> (links to them by the files' names) and <c>refs</c> (the commits of branches
/// and tags).
/// </summary>
/// <param name="root">Full path of the cache. It need not exist.</param>
sealed class HubCache(string root)
{
    const string Prefix = "models--", Separator = "--";
    const string Blobs = "blobs", Snapshots = "snapshots", References = "refs", Absences = ".no_exist", Locks = ".locks";
    const string UnfinishedSuffix = ".incomplete";
    const long MaxReference = 200;

    /// <summary>Full path of the cache.</summary>
    public string Root => root;

    /// <summary>Full path of a repository's folder.</summary>
    public string FolderOf(HubId id) => Path.Combine(root, NameOf(id));

    /// <summary>Full path of a blob.</summary>
    public string BlobOf(HubId id, string blob) => Path.Combine(FolderOf(id), Blobs, blob);

    /// <summary>Full path of the file that a blob has before it is complete and checked.</summary>
    public string UnfinishedOf(HubId id, string blob) => BlobOf(id, blob) + UnfinishedSuffix;

    /// <summary>Full path of the file that a program locks while it writes a blob.</summary>
    public string LockOf(HubId id, string blob) => Path.Combine(LocksOf(id), blob + ".lock");

    /// <summary>Full path of the folder with the locks of a repository's blobs.</summary>
    public string LocksOf(HubId id) => Path.Combine(root, Locks, NameOf(id));

    /// <summary>Full path of the folder in which Hugging Face's programs note the files that a commit does not have.</summary>
    public string AbsencesOf(HubId id, string commit) => Path.Combine(FolderOf(id), Absences, commit);

    /// <summary>Full path of the file that tells the commit of a branch or tag.</summary>
    public string ReferenceOf(HubId id) =>
        Path.Combine(FolderOf(id), References, id.RevisionOrDefault.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Full path of a snapshot.</summary>
    public string SnapshotOf(HubId id, string commit) => Path.Combine(FolderOf(id), Snapshots, commit);

    /// <summary>Returns the snapshot of a revision; null if it is not in the cache.</summary>
    public string? Find(HubId id) =>
        CommitOf(id) is { } commit && SnapshotOf(id, commit) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>Returns the snapshot of a revision.</summary>
    /// <exception cref="NotDownloadedException">It is not in the cache.</exception>
    public string Require(HubId id)
    {
        if (Find(id) is { } found) return found;
        var others = Scan(id).SelectMany(model => model.Revisions.Count > 0 ? model.Revisions : [model.Commit]).ToList();
        throw new NotDownloadedException(others.Count == 0
            ? $"{id} is not on this machine (looked in {root}); download it."
            : $"{id.Repository} is on this machine only at {string.Join(", ", others)}, not at {id.RevisionOrDefault}; name one of these, "
                + "or download that one.", id.ToString());
    }

    /// <summary>Names the repository and commit of which a path is the snapshot, or a file in it; null for paths elsewhere.</summary>
    public HubId? IdOf(string path)
    {
        var below = Path.GetRelativePath(root, Path.GetFullPath(path)).Split(Path.DirectorySeparatorChar);
        return below is [var name, Snapshots, var commit, ..] && IdOfName(name) is { } id && HubId.IsRevision(commit)
            ? id with { Revision = commit } : null;
    }

    /// <summary>All repositories in the cache, in alphabetical order. Other folders are passed over.</summary>
    public IReadOnlyList<HubId> Repositories() => !Directory.Exists(root) ? [] :
    [
        .. Directory.EnumerateDirectories(root, Prefix + "*").Order(StringComparer.Ordinal)
            .Select(folder => IdOfName(Path.GetFileName(folder))).OfType<HubId>(),
    ];

    /// <summary>All snapshots in the cache, in alphabetical order of their repositories.</summary>
    public IReadOnlyList<CachedModel> Scan() => [.. Repositories().SelectMany(Scan)];

    /// <summary>The snapshots of one repository.</summary>
    public IReadOnlyList<CachedModel> Scan(HubId id)
    {
        var snapshots = Path.Combine(FolderOf(id), Snapshots);
        if (!Directory.Exists(snapshots)) return [];
        var references = ReferencesOf(id);
        return
        [
            .. from folder in Directory.EnumerateDirectories(snapshots).Order(StringComparer.Ordinal)
               let commit = Path.GetFileName(folder)
               let revisions = references.Where(each => each.Commit == commit).Select(each => each.Revision).ToList()
               select new CachedModel(id with { Revision = null }, commit, revisions, folder, FilesOf(folder)),
        ];
    }

    /// <summary>Bytes of a repository's downloads that are not finished.</summary>
    public long UnfinishedBytes(HubId id) => Unfinished(id).Sum(file => file.Length);

    /// <summary>Files of a repository's downloads that are not finished.</summary>
    public IEnumerable<FileInfo> Unfinished(HubId id) => Directory.Exists(Path.Combine(FolderOf(id), Blobs))
        ? new DirectoryInfo(Path.Combine(FolderOf(id), Blobs)).EnumerateFiles("*" + UnfinishedSuffix) : [];

    /// <summary>Branches and tags that name a snapshot which is not there, each with the file that says so.</summary>
    public IEnumerable<(string Revision, string File)> LostReferences(HubId id)
    {
        var folder = Path.Combine(FolderOf(id), References);
        return !Directory.Exists(folder) ? [] :
            from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            let revision = Path.GetRelativePath(folder, file).Replace('\\', '/')
            where HubId.IsRevision(revision) && Find(id with { Revision = revision }) is null
            select (revision, file);
    }

    /// <summary>
    /// Makes a file of a snapshot: a relative link to its blob, or a copy where links are not possible. An existing file is replaced.
    /// </summary>
    /// <exception cref="HubStorageException">The snapshot cannot be written.</exception>
    public void Link(HubId id, string commit, string path, string blob) => Storage.Write(root, () =>
    {
        var (target, source) = (Path.Combine(SnapshotOf(id, commit), path.Replace('/', Path.DirectorySeparatorChar)), BlobOf(id, blob));
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(target)!).FullName;
        var fresh = $"{target}.{Guid.NewGuid():N}.tmp"; // two downloads of the same snapshot do not meet
        try
        {
            try
            {
                File.CreateSymbolicLink(fresh, Path.GetRelativePath(folder, source));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
            {
                File.Copy(source, fresh, overwrite: true);
            }
            File.Move(fresh, target, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    });

    /// <summary>Records that a branch or tag is at a commit. A revision that is a commit itself needs no record.</summary>
    /// <exception cref="HubStorageException">The file cannot be written.</exception>
    public void Refer(HubId id, string commit)
    {
        if (id.RevisionOrDefault == commit) return;
        Storage.Write(root, () =>
        {
            var file = ReferenceOf(id);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var fresh = $"{file}.{Guid.NewGuid():N}.tmp";
            File.WriteAllText(fresh, commit);
            File.Move(fresh, file, overwrite: true);
        });
    }

    /// <summary>
    /// Notes that a snapshot was used, for <see cref="CachedModel.LastUsed"/>. A cache that cannot be written stays as it is.
    /// </summary>
    public static void Touch(string snapshot)
    {
        try
        {
            if (Directory.EnumerateFiles(snapshot).FirstOrDefault() is { } file)
                File.SetLastAccessTimeUtc(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // only the order of cleaning up depends on it
        }
    }

    string? CommitOf(HubId id)
    {
        var revision = id.RevisionOrDefault;
        var reference = ReferenceOf(id);
        if (!File.Exists(reference)) return revision.Contains('/') ? null : revision; // a commit, which is a snapshot's own name
        if (new FileInfo(reference).Length > MaxReference) return null;
        var commit = File.ReadAllText(reference).Trim();
        return HubId.IsRevision(commit) && !commit.Contains('/') ? commit : null;
    }

    List<(string Revision, string Commit)> ReferencesOf(HubId id)
    {
        var folder = Path.Combine(FolderOf(id), References);
        if (!Directory.Exists(folder)) return [];
        var found =
            from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            let revision = Path.GetRelativePath(folder, file).Replace('\\', '/')
            where HubId.IsRevision(revision)
            orderby revision
            let commit = CommitOf(id with { Revision = revision })
            where commit is not null
            select (revision, commit);
        return [.. found];
    }

    static IReadOnlyList<CachedFile> FilesOf(string snapshot) =>
    [
        .. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
        {
            var info = new FileInfo(path);
            var blob = info.LinkTarget is { } link ? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link)) : null;
            if (blob is not null) info = new FileInfo(blob);
            var used = info.Exists ? info.LastAccessTimeUtc > info.LastWriteTimeUtc ? info.LastAccessTimeUtc : info.LastWriteTimeUtc
                : DateTime.MinValue;
            return new CachedFile(Path.GetRelativePath(snapshot, path).Replace('\\', '/'), path, blob, info.Exists ? info.Length : 0,
                info.Exists, used);
        }),
    ];

    static string NameOf(HubId id) => Prefix + id.Owner + Separator + id.Name;

    static HubId? IdOfName(string folder) => folder.StartsWith(Prefix, StringComparison.Ordinal)
        && folder[Prefix.Length..].Split(Separator) is [var owner, var name] && HubId.TryParse($"{owner}/{name}", out var id) ? id : null;
}
