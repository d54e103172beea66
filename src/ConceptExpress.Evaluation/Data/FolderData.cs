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
    readonly ImageReadOptions options;

    /// <exception cref="DataSetException">There is no such folder, or no picture in any folder below it.</exception>
    public FolderData(string root, Exif exif = Exif.Apply)
    {
        options = ImageReadOptions.Default with { Exif = exif };
        if (!Directory.Exists(root)) throw new DataSetException($"{root} is no folder; name a folder of folders with img.jpg or img.png, or toybox:N.");
        var all = Directory.GetDirectories(root);
        folders = [.. all.Order(StringComparer.Ordinal).Where(folder => SceneFolder.Picture(folder) is not null)];
        PassedOver = all.Length - folders.Count;
        if (folders.Count == 0) throw new DataSetException($"no folder in {root} holds img.png, img.jpg or img.jpeg; name a folder of such folders.");
    }

    public override int Count => folders.Count;

    public override int PassedOver { get; }

    public override EvaluationPicture Read(int index, int side)
    {
        var folder = folders[index];
        try
        {
            var image = ImageReader.Read(SceneFolder.Picture(folder)!, options);
            var masks = SceneFolder.ReadMasks(folder).Select((mask, i) => AtSize(mask, image, $"{folder}: mask {i}")).ToList();
            var toys = SceneFiles.ReadToys(folder);
            return new EvaluationPicture(Path.GetFileName(folder), image, masks, toys?.Count == masks.Count ? toys : null);
        }
        catch (InvalidDataException e)
        {
            throw new DataSetException($"{e.Message}; correct the data set or take the folder out.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{folder} cannot be read ({e.Message.TrimEnd('.')}); correct that or take the folder out.", e);
        }
    }

    static Mask AtSize(Mask mask, RgbImage image, string name)
    {
        // Of the picture's proportions, to a pixel of the smaller of the two.
        var scale = (double)Math.Max(mask.Width, mask.Height) / Math.Max(image.Width, image.Height);
        if (Math.Max(Math.Abs(image.Width * scale - mask.Width), Math.Abs(image.Height * scale - mask.Height)) > Math.Max(1, scale))
            throw new InvalidDataException($"{name} has {mask.Width}x{mask.Height} pixels, which are not the proportions of its picture's {image.Width}x{image.Height} "
                + "(if the camera's orientation turned the picture, try --exif ignore)");
        var resized = mask.Resize(image.Width, image.Height);
        return resized.Area > 0 ? resized : throw new InvalidDataException($"{name} is too small to be seen at the {image.Width}x{image.Height} pixels of its picture");
    }
}
