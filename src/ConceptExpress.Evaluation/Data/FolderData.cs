using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// A data set on disk: a folder of folders, each with <c>img.png</c>, <c>img.jpg</c>, <c>img.jpeg</c> or <c>img.webp</c> and, if the truth
/// is known, one mask per thing (<see cref="MaskFolder"/>). Capital letters in names count as small ones. This is the layout of
/// Break-A-Scene's examples.
/// </summary>
sealed class FolderData : EvaluationData
{
    static readonly string[] PictureNames = ["img.png", "img.jpg", "img.jpeg", "img.webp"];

    // As elsewhere: a folder that this user may not list has no picture.
    static readonly EnumerationOptions Listing = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    readonly IReadOnlyList<string> folders;
    readonly ImageReadOptions options;

    /// <param name="root">The folder of folders.</param>
    /// <param name="exif">What to do with a camera's orientation.</param>
    /// <exception cref="DataSetException">
    /// The folder does not exist, no folder in it has a picture, or a folder has two whose names differ only in capital letters.
    /// </exception>
    public FolderData(string root, Exif exif = Exif.Apply)
    {
        options = ImageReadOptions.Default with { Exif = exif };
        if (!Directory.Exists(root))
            throw new DataSetException($"{root} is not a folder; name a folder of folders with img.jpg, img.png or img.webp.");
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
            var read = ImageReader.ReadWithDigest(PictureIn(folder)!, options);
            var image = read.Image;
            var masks = MaskFolder.ReadAll(folder).Select((mask, i) => AtSize(mask, image.Size, folder, i)).ToList();
            var labels = ThingLabels.Read(folder);
            return new EvaluationPicture(Path.GetFileName(folder), image, masks, labels?.Count == masks.Count ? labels : null)
            {
                Warnings = read.Warnings,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{folder} cannot be read ({e.Message.TrimEnd('.')}); fix that or remove the folder.", e);
        }
    }

    // The first of the names that is there, if several are.
    static string? PictureIn(string folder)
    {
        var pictures = Directory.GetFiles(folder, "*", Listing)
            .Where(path => PictureNames.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase)).ToList();
        return OneCase.Of(pictures, (one, other) => new DataSetException($"{folder} has both {one} and {other}; keep one of them."))
            .MinBy(path => Array.FindIndex(PictureNames, name => name.Equals(Path.GetFileName(path), StringComparison.OrdinalIgnoreCase)));
    }

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
