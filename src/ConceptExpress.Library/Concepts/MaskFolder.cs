using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// Reads folders of masks: <c>mask0.png</c>, <c>mask1.png</c>, ..., or <c>asset0.png</c>, <c>asset1.png</c>, ... as in results. Capital
/// letters count as small ones.
/// </summary>
static partial class MaskFolder
{
    /// <summary>
    /// Reads the masks of a folder, in the order of their numbers. Ignores other files. The list is empty if there are no masks.
    /// </summary>
    /// <exception cref="ImageException">
    /// A mask is empty or cannot be read, masks differ in size, or two names differ only in capital letters.
    /// </exception>
    public static IReadOnlyList<Mask> ReadAll(string folder)
    {
        Mask[] masks = [.. Files(folder).Select(Read)];
        return masks.All(mask => mask.Size == masks[0].Size)
            ? masks
            : throw new ImageException($"the masks in {folder} differ in size; save them with the same size.");
    }

    /// <summary>Reads the masks for a picture, in the order of their numbers.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <param name="picture">
    /// The size of the picture as it was read: of the upright picture, unless the EXIF orientation was ignored.
    /// </param>
    /// <exception cref="ImageException">
    /// The folder does not exist or has no masks, a mask is empty or cannot be read, masks differ in size, or their proportions are not
    /// those of the picture.
    /// </exception>
    public static IReadOnlyList<Mask> ReadFor(string folder, PixelSize picture)
    {
        if (!Directory.Exists(folder)) throw new ImageException($"{folder} is not a folder; name one with mask0.png, mask1.png, ...");
        var masks = ReadAll(folder);
        if (masks.Count == 0) throw new ImageException($"{folder} has no mask0.png, mask1.png, ...; save one mask per concept there.");
        RequireProportions(masks[0], picture, $"the masks in {folder} have");
        return masks;
    }

    /// <summary>
    /// Checks that a mask has the proportions of a picture. A mask fails if it belongs to another picture, or to the same one with another
    /// orientation.
    /// </summary>
    /// <param name="mask">The mask to check, at any scale.</param>
    /// <param name="picture">The size of the picture.</param>
    /// <param name="what">The beginning of the message: "the masks in FOLDER have".</param>
    /// <exception cref="ImageException">The proportions differ by more than a pixel.</exception>
    public static void RequireProportions(Mask mask, PixelSize picture, string what)
    {
        if (!mask.HasProportionsOf(picture))
            throw new ImageException(
                $"{what} {mask.Size} pixels, which are not the proportions of the picture's {picture}; if they were drawn on the picture "
                + "as "
                + "the camera stored it, read it without turning it upright (exif ignore), else use masks of this picture.");
    }

    static Mask Read(string path) => ImageReader.ReadMask(path) is { Area: > 0 } mask
        ? mask
        : throw new ImageException($"{path} is empty: no value is above 127; draw the concept in white, or delete the file.");

    static IEnumerable<string> Files(string folder)
    {
        var files = from path in Directory.GetFiles(folder)
                    let match = Name().Match(Path.GetFileName(path))
                    where match.Success
                    orderby int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), path
                    select path;
        return OneCase.Of([.. files], (one, other) => new ImageException($"{folder} has both {one} and {other}; keep one of them."));
    }

    [GeneratedRegex(@"^(?:mask|asset)([0-9]{1,6})\.png\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
