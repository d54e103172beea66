using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>A picture with its true masks.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="PicturePath">The picture's file.</param>
/// <param name="Masks">The masks in order of their numbers, all of one size.</param>
public sealed record MaskedPicture(string Name, string PicturePath, IReadOnlyList<Mask> Masks);

/// <summary>
/// Scenes on disk: a folder with <c>img.png</c>, <c>img.jpg</c> or <c>img.jpeg</c> and <c>mask0.png</c>, <c>mask1.png</c>, ...;
/// values above 127 belong to the thing.
/// </summary>
public static partial class SceneFolder
{
    static readonly string[] pictureNames = ["img.png", "img.jpg", "img.jpeg"];

    /// <summary>Reads one scene.</summary>
    /// <exception cref="InvalidDataException">There is no picture or no mask, a mask is empty, or masks differ in size.</exception>
    /// <exception cref="ImageException">A mask cannot be read.</exception>
    public static MaskedPicture Read(string folder)
    {
        var picture = Picture(folder) ?? throw new InvalidDataException($"{folder} holds none of {string.Join(", ", pictureNames)}");
        var masks = ReadMasks(folder);
        if (masks.Count == 0) throw new InvalidDataException($"{folder} holds no mask0.png, mask1.png, ...");
        return new MaskedPicture(Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)), picture, masks);
    }

    /// <summary>Reads every scene below a folder, in order of names; folders without a picture are passed over.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A scene is incomplete (see <see cref="Read"/>).</exception>
    public static IEnumerable<MaskedPicture> ReadAll(string root)
        => Directory.GetDirectories(root).Order(StringComparer.Ordinal).Where(folder => Picture(folder) is not null).Select(Read);

    /// <summary>Reads the masks of a folder in order of their numbers; there may be none.</summary>
    /// <exception cref="InvalidDataException">A mask is empty, or masks differ in size.</exception>
    /// <exception cref="ImageException">A mask cannot be read.</exception>
    public static IReadOnlyList<Mask> ReadMasks(string folder)
    {
        Mask[] masks = [.. MaskFiles(folder).Select(ReadMask)];
        return masks.All(mask => mask.Width == masks[0].Width && mask.Height == masks[0].Height)
            ? masks
            : throw new InvalidDataException($"the masks in {folder} differ in size");
    }

    /// <summary>The picture's file, or null where the folder has none.</summary>
    public static string? Picture(string folder) => pictureNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static IEnumerable<string> MaskFiles(string folder)
        => from path in Directory.GetFiles(folder, "mask*.png")
           let match = MaskName().Match(Path.GetFileName(path))
           where match.Success
           orderby int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
           select path;

    /// <summary>Reads one mask.</summary>
    /// <exception cref="InvalidDataException">No value is above 127.</exception>
    /// <exception cref="ImageException">The file cannot be read.</exception>
    public static Mask ReadMask(string path)
    {
        var mask = Mask.Of(ImageReader.ReadGray(path));
        return mask.Area > 0 ? mask : throw new InvalidDataException($"{path} is empty: no value is above 127");
    }

    [GeneratedRegex(@"^mask(\d{1,6})\.png$")]
    private static partial Regex MaskName();
}
