namespace ConceptExpress.Evaluation.Data;

/// <summary>Masks that were drawn or edited by hand, to be learned on.</summary>
public static class GivenMasks
{
    /// <summary>Reads mask0.png, mask1.png, ... in order of their numbers.</summary>
    /// <param name="folder">Other files in it are passed over.</param>
    /// <exception cref="DataSetException">There is no such folder, it holds no masks, one is empty, or their sizes differ.</exception>
    /// <exception cref="Imaging.ImageException">A mask cannot be read.</exception>
    public static IReadOnlyList<Mask> Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new DataSetException($"{folder} is no folder; --masks takes one with mask0.png, mask1.png, ...");
        try
        {
            return SceneFolder.ReadMasks(folder) is { Count: > 0 } masks
                ? masks
                : throw new DataSetException($"{folder} holds no mask0.png, mask1.png, ...; put a mask for each concept there.");
        }
        catch (InvalidDataException e)
        {
            throw new DataSetException($"{e.Message}; correct the masks or take them out.", e);
        }
    }
}
