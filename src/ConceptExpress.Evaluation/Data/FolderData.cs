using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// A data set on disk: a folder of folders, each with <c>img.png</c>, <c>img.jpg</c> or <c>img.jpeg</c> and, if the truth is known, one
/// mask per thing (<see cref="MaskFolder"/>). This is the layout of Break-A-Scene's examples.
/// </summary>
sealed class FolderData : EvaluationData
{
    static readonly string[] PictureNames = ["img.png", "img.jpg", "img.jpeg"];

    readonly IReadOnlyList<string> folders;
    readonly ImageReadOptions options;

    /// <param name="root">The folder of folders.</param>
    /// <param name="exif">What to do with a camera's orientation.</param>
    /// <exception cref="DataSetException">The folder does not exist, or no folder in it has a picture.</exception>
    public FolderData(string root, Exif exif = Exif.Apply)
    {
        options = ImageReadOptions.Default with { Exif = exif };
        if (!Directory.Exists(root))
            throw new DataSetException($"{root} is not a folder; name a folder of folders with img.jpg or img.png.");
        var all = Directory.GetDirectories(root);
        folders = [.. all.Order(StringComparer.Ordinal).Where(folder => PictureIn(folder) is not null)];
        PassedOver = all.Length - folders.Count;
        if (folders.Count == 0)
            throw new DataSetException($"no folder in {root} has {string.Join(" or ", PictureNames)}; name a folder of such folders.");
    }

    public override int Count => folders.Count;

    public override int PassedOver { get; }

    public override EvaluationPicture Read(int index, int side)
    {
        var folder = folders[index];
        try
        {
            var image = ImageReader.Read(PictureIn(folder)!, options);
            var masks = MaskFolder.ReadAll(folder).Select((mask, i) => AtSize(mask, image.Size, folder, i)).ToList();
            var labels = ThingLabels.Read(folder);
            return new EvaluationPicture(Path.GetFileName(folder), image, masks, labels?.Count == masks.Count ? labels : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{folder} cannot be read ({e.Message.TrimEnd('.')}); fix that or remove the folder.", e);
        }
    }

    static string? PictureIn(string folder) => PictureNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static Mask AtSize(Mask mask, PixelSize size, string folder, int number)
    {
        MaskFolder.RequireProportions(mask, size, $"the masks in {folder} have");
        var resized = mask.Resize(size);
        return resized.Area > 0
            ? resized
            : throw new DataSetException(
                $"{folder}: mask {number} is too small and is empty at the picture's size of {size} pixels; fix it or remove the folder.");
    }
}
