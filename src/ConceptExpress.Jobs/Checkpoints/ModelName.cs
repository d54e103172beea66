using ConceptExpress.Diffusion;
using ConceptExpress.Hub;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>What a user wrote to name a checkpoint: a short name, or an id of the hub.</summary>
/// <param name="Source">The source of the short name; null for an id.</param>
/// <param name="Id">The repository and its revision; null for a checkpoint that lies elsewhere on this machine.</param>
/// <param name="File">Path of a single file in the repository; null for the folder.</param>
sealed record ModelName(ModelSource? Source, HubId? Id, string? File)
{
    /// <summary>Reads a name. A short name comes before an id.</summary>
    /// <param name="text">The text.</param>
    /// <param name="revision">The revision that is meant, if the text names none; null for none.</param>
    /// <exception cref="SettingsException">The text is neither, or names another revision.</exception>
    public static ModelName Parse(string text, string? revision = null)
    {
        var sources = ModelSources.Load();
        var source = sources.Find(text);
        if (source is { Hub: null }) return new ModelName(source, null, null);
        if (!HubCheckpoint.TryParse(source?.Hub ?? text, out var id, out var file))
            throw new SettingsException($"'{text}' is neither {HubCheckpoint.Expected}, nor one of the short names "
                + $"{string.Join(", ", sources.All.Select(each => each.Name))}.");
        if (revision is null) return new ModelName(source, id, file);
        if (!HubId.IsRevision(revision) || id.Revision is not null && id.Revision != revision)
            throw new SettingsException(id.Revision is null ? $"revision '{revision}' is not the name of a branch, a tag or a commit."
                : $"revision {revision} is not the one of {text}; name one of them.");
        return new ModelName(source, id with { Revision = revision }, file);
    }
}
