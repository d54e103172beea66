using ConceptExpress.Hub;

namespace ConceptExpress.Library.Models;

/// <summary>What is known of the licences of checkpoints.</summary>
static class ModelLicences
{
    /// <summary>
    /// Returns the licence of a checkpoint: what the model card in its folder says, else what a source of the same place says. Null if
    /// neither says anything.
    /// </summary>
    /// <param name="path">Path of its folder or file.</param>
    public static ModelLicence? Of(string path)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (ModelLicence.InFolder(folder) is { } stated) return stated;
        var repository = HubCheckpoint.Of(path) is { } hub && HubCheckpoint.TryParse(hub.Id, out var id, out _) ? id.Repository : null;
        return ModelSources.Load().All.FirstOrDefault(source => source.Path is { } place
            ? Path.GetFullPath(place) == Path.GetFullPath(path)
            : HubCheckpoint.TryParse(source.Hub!, out var known, out _) && known.Repository == repository)?.Licence;
    }
}
