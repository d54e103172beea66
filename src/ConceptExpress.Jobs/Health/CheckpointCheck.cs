using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Health;

/// <summary>Checks the embedded checkpoint, and another one if it is named.</summary>
static class CheckpointCheck
{
    const HealthArea Area = HealthArea.Checkpoints;

    /// <summary>Compares the files of the embedded checkpoint with those that this release was made with.</summary>
    /// <param name="models">Finds the checkpoint.</param>
    public static Finding OfEmbedded(ModelPool models)
    {
        try
        {
            var folder = models.FolderOf(null);
            return EmbeddedModels.FingerprintOf(folder) == EmbeddedModels.ToyboxFingerprint
                ? Finding.Ok(Area, $"the embedded checkpoint in {folder} is complete and unchanged")
                : Finding.Problem(Area, $"the embedded checkpoint in {folder} is not the one of this release",
                    "reinstall the program, or restore the folder from the repository");
        }
        catch (CheckpointException e)
        {
            return Finding.Of(Area, e);
        }
    }

    /// <summary>Checks everything of a checkpoint but its weights.</summary>
    /// <param name="models">Finds the checkpoint.</param>
    /// <param name="model">The checkpoint.</param>
    public static Finding Of(ModelPool models, ModelReference model)
    {
        try
        {
            var path = models.FolderOf(model);
            StableDiffusion.Check(path, model.Options);
            return Finding.Ok(Area, $"{path} can be loaded");
        }
        catch (CheckpointException e)
        {
            return Finding.Of(Area, e);
        }
    }
}
