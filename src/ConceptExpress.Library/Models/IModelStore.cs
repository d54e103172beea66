using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Finds the folders of checkpoints, or their single files. A host for other people needs its own store: one that offers known checkpoints
/// and accepts no paths. A tokenizer and an autoencoder from elsewhere (<see cref="ModelReference.Options"/>) are looked up here, too, each
/// as a <see cref="FolderModel"/>. Must be safe from several threads.
/// </summary>
public interface IModelStore
{
    /// <summary>Returns the folder of a checkpoint that the user has named.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <returns>The path of an existing folder in the diffusers layout. Its content is checked only when it is loaded.</returns>
    /// <exception cref="CheckpointException">The checkpoint does not exist, or the store does not offer it.</exception>
    string Find(ModelReference model);

    /// <summary>
    /// Returns the folder of the checkpoint that a result names. Results can be edited and passed on, so the name is only a hint: the
    /// caller must compare the fingerprint of the checkpoint that it loads.
    /// </summary>
    /// <param name="model">The checkpoint that the result names.</param>
    /// <returns>The path of an existing folder, like that of <see cref="Find"/>.</returns>
    /// <exception cref="CheckpointException">The checkpoint does not exist, or the store does not look at that place.</exception>
    string FindRecorded(ModelReference model);
}
