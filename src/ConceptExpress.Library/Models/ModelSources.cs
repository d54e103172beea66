using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Models;

/// <summary>
/// The short names of checkpoints. A table comes with the program; the user's file <c>models.json</c> adds to it and overrides it. It lies
/// in the folder that <c>CONCEPTEXPRESS_HOME</c> names, else in <c>conceptexpress</c> below the platform's folder for settings.
/// </summary>
sealed class ModelSources
{
    const string FileName = "models.json", Table = "ModelSources.json";
    const int MaxName = 64;
    const long MaxFile = 4 << 20;

    ModelSources(IReadOnlyList<ModelSource> all) => All = all;

    /// <summary>All sources, in alphabetical order of their names.</summary>
    public IReadOnlyList<ModelSource> All { get; }

    /// <summary>Full path of the user's file, which need not exist.</summary>
    public static string UserFile => Path.Combine(Home, FileName);

    static string Home => Environment.GetEnvironmentVariable("CONCEPTEXPRESS_HOME") is { Length: > 0 } home
        ? Path.GetFullPath(home)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "conceptexpress");

    /// <summary>Reads the table and the user's file.</summary>
    /// <exception cref="CheckpointException">The user's file is damaged; the message names it.</exception>
    public static ModelSources Load()
    {
        using var table = typeof(ModelSources).Assembly.GetManifestResourceStream(Table)!;
        using var text = new StreamReader(table);
        var own = Read(text.ReadToEnd(), Table, isUsers: false);
        var users = UserText() is { } more ? Read(more, UserFile, isUsers: true) : [];
        return new ModelSources([.. users.Concat(own).DistinctBy(source => source.Name)
            .OrderBy(source => source.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Returns the source of a short name; null if nothing is called so.</summary>
    public ModelSource? Find(string name) => All.FirstOrDefault(source => source.Name == name);

    /// <summary>Whether a text can be a short name: lower-case ASCII letters, digits, dashes and points, at most 64.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_');

    /// <summary>Adds a source to the user's file, or removes one from it.</summary>
    /// <param name="name">The short name.</param>
    /// <param name="source">The source; null to remove it.</param>
    /// <exception cref="CheckpointException">The user's file is damaged.</exception>
    /// <exception cref="OutputException">The file cannot be written, or another run writes it.</exception>
    public static void Change(string name, ModelSource? source)
    {
        using var turn = FolderLock.Take(Home);
        var text = UserText();
        if (text is not null) Read(text, UserFile, isUsers: true); // what is damaged is not written over
        var all = text is null ? [] : LibraryJson.Parse(text)!.AsObject();
        all.Remove(name);
        if (source is not null) all.Add(name, JsonSerializer.SerializeToNode(source, Options));
        try
        {
            WholeFile.Write(UserFile, all.ToJsonString(LibraryJson.Indented) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"{UserFile} cannot be written ({e.Message.TrimEnd('.')}); set CONCEPTEXPRESS_HOME to another folder.", e);
        }
    }

    static readonly JsonSerializerOptions Options = new(LibraryJson.Indented)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    static string? UserText()
    {
        try
        {
            if (!File.Exists(UserFile)) return null;
            if (new FileInfo(UserFile).Length > MaxFile) throw new IOException("it is too long");
            return File.ReadAllText(UserFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{UserFile} cannot be read ({e.Message.TrimEnd('.')}); correct it or delete it.", e);
        }
    }

    static List<ModelSource> Read(string text, string file, bool isUsers)
    {
        try
        {
            if (LibraryJson.Parse(text) is not JsonObject all) throw new JsonException("it must be an object of short names");
            return [.. all.Select(each => Checked(each.Key, each.Value.Deserialize<ModelSource>(Options), isUsers))];
        }
        catch (JsonException e)
        {
            throw new CheckpointException(
                $"{file} is not a table of checkpoints ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); correct it or delete it.", e);
        }
    }

    static ModelSource Checked(string name, ModelSource? source, bool isUsers)
    {
        if (!IsName(name)) throw new JsonException($"{CheckpointException.Quoted(name)} cannot be a short name");
        var isRight = source switch
        {
            { Hub: { } hub, Path: null } => HubCheckpoint.IsId(hub),
            { Hub: null, Path: { } path } => Path.IsPathFullyQualified(path),
            _ => false,
        };
        return isRight ? source! with { Name = name, IsUsers = isUsers }
            : throw new JsonException($"{name} needs either hub, {HubCheckpoint.Expected}, or path, a full path");
    }
}
