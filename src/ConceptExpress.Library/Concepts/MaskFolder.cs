using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Concepts;

/// <summary>Masks on disk, drawn by hand or found earlier: <c>mask0.png</c>, <c>mask1.png</c>, ..., or <c>asset0.png</c>, ... as results have them.</summary>
public static partial class MaskFolder
{
    /// <summary>Reads the masks of a folder in order of their numbers; there may be none. Other files are passed over.</summary>
    /// <exception cref="ImageException">A mask is empty or cannot be read, or masks differ in size.</exception>
    public static IReadOnlyList<Mask> ReadAll(string folder)
    {
        Mask[] masks = [.. Files(folder).Select(Read)];
        return masks.All(mask => mask.Size == masks[0].Size) ? masks : throw new ImageException($"the masks in {folder} differ in size; make them alike.");
    }

    /// <summary>Reads masks for a picture.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="picture">The size of the picture, upright if it is read so.</param>
    /// <exception cref="ImageException">There is no such folder, it holds no masks, one cannot be used, or they have other proportions than the picture.</exception>
    public static IReadOnlyList<Mask> ReadFor(string folder, PixelSize picture)
    {
        if (!Directory.Exists(folder)) throw new ImageException($"{folder} is no folder; name one with mask0.png, mask1.png, ...");
        var masks = ReadAll(folder);
        if (masks.Count == 0) throw new ImageException($"{folder} holds no mask0.png, mask1.png, ...; put a mask for each concept there.");
        RequireProportions(masks[0], picture, $"the masks in {folder} have");
        return masks;
    }

    /// <summary>Refuses a mask that was drawn on another picture, or on the same one turned otherwise.</summary>
    /// <exception cref="ImageException">The proportions differ by more than a pixel.</exception>
    public static void RequireProportions(Mask mask, PixelSize picture, string what)
    {
        if (!mask.HasProportionsOf(picture))
            throw new ImageException($"{what} {mask.Size} pixels, which are not the proportions of the picture's {picture}; if they were drawn on the picture as "
                + "the camera stored it, read it without turning it upright (exif ignore).");
    }

    static Mask Read(string path) => ImageReader.ReadMask(path) is { Area: > 0 } mask ? mask : throw new ImageException($"{path} is empty: no value is above 127.");

    static IEnumerable<string> Files(string folder) =>
        from path in Directory.GetFiles(folder, "*.png")
        let match = Name().Match(Path.GetFileName(path))
        where match.Success
        orderby int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), path
        select path;

    [GeneratedRegex(@"^(?:mask|asset)([0-9]{1,6})\.png\z")]
    private static partial Regex Name();
}
