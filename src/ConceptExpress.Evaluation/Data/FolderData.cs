using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// A folder of folders, each with a picture and, where the truth is known, a mask per thing (<see cref="SceneFolder"/>): the layout of
/// Break-A-Scene's examples and of <c>toybox render</c>.
/// </summary>
public sealed class FolderData : EvaluationData
{
    readonly IReadOnlyList<string> folders;

    /// <exception cref="DataSetException">There is no such folder, or no picture in any folder below it.</exception>
    public FolderData(string root)
    {
        if (!Directory.Exists(root)) throw new DataSetException($"{root} is no folder; name a folder of folders with img.jpg or img.png, or toybox:N.");
        folders = [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal).Where(folder => SceneFolder.Picture(folder) is not null)];
        if (folders.Count == 0) throw new DataSetException($"no folder in {root} holds img.png, img.jpg or img.jpeg; name a folder of such folders.");
    }

    public override int Count => folders.Count;

    public override EvaluationPicture Read(int index, int side)
    {
        var folder = folders[index];
        try
        {
            var image = ImageReader.Read(SceneFolder.Picture(folder)!);
            var masks = SceneFolder.ReadMasks(folder).Select(mask => mask.Resize(image.Width, image.Height)).ToList();
            var toys = SceneFiles.ReadToys(folder);
            return new EvaluationPicture(Path.GetFileName(folder), image, masks, toys?.Count == masks.Count ? toys : null);
        }
        catch (InvalidDataException e)
        {
            throw new DataSetException($"{e.Message}; correct the data set or take the folder out.", e);
        }
    }
}
